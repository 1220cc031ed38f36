package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// OAuthUserProfile is what applications may learn of a user (OpenID Connect Core
// section 5.1), each part with the scope that covers it.
type OAuthUserProfile struct {
	// displayName is the full name: the claim name, with scope profile. Default: the
	// given and the family name, otherwise the username.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	DisplayName string `json:"displayName,omitempty"`

	// givenName is the claim given_name, with scope profile.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	GivenName string `json:"givenName,omitempty"`

	// familyName is the claim family_name, with scope profile.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	FamilyName string `json:"familyName,omitempty"`

	// middleName is the claim middle_name, with scope profile.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	MiddleName string `json:"middleName,omitempty"`

	// nickname is the claim nickname, with scope profile: an informal name. Several
	// users can have the same one; applications must not identify users by it.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	Nickname string `json:"nickname,omitempty"`

	// email is the claim email, with scope email: something, an @ and something,
	// without white space.
	// +optional
	// +kubebuilder:validation:MinLength=3
	// +kubebuilder:validation:MaxLength=320
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}@]+@[^\p{C}\p{Z}@]+$`
	Email string `json:"email,omitempty"`

	// emailVerified is the claim email_verified, with scope email. Default: true,
	// because an administrator wrote the address. Applications may join accounts by
	// a verified address.
	// +optional
	// +kubebuilder:default=true
	EmailVerified *bool `json:"emailVerified,omitempty"`

	// phoneNumber is the claim phone_number, with scope phone, such as
	// "+1 425 555 1212".
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	PhoneNumber string `json:"phoneNumber,omitempty"`

	// phoneNumberVerified is the claim phone_number_verified, with scope phone. Default:
	// false. If it is true, phoneNumber must begin with + and the country code (section
	// 5.1).
	// +optional
	PhoneNumberVerified bool `json:"phoneNumberVerified,omitempty"`

	// address is the claim address, with scope address (section 5.1.1).
	// +optional
	Address *PostalAddress `json:"address,omitempty"`

	// pictureURI is the claim picture, with scope profile: https, or http on a
	// loopback address.
	// +optional
	PictureURI WebURI `json:"pictureURI,omitempty"`

	// profileURI is the claim profile, with scope profile: a page about the user, https,
	// or http on a loopback address.
	// +optional
	ProfileURI WebURI `json:"profileURI,omitempty"`

	// websiteURI is the claim website, with scope profile: the user's own page or blog,
	// https, or http on a loopback address.
	// +optional
	WebsiteURI WebURI `json:"websiteURI,omitempty"`

	// gender is the claim gender, with scope profile, such as female or male.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	Gender string `json:"gender,omitempty"`

	// birthdate is the claim birthdate, with scope profile: 1990-12-31, 0000-12-31 to
	// keep the year back, or 1990 for the year alone. Other values are refused.
	// +optional
	// +kubebuilder:validation:MaxLength=10
	// +kubebuilder:validation:Pattern=`^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))|[1-9][0-9]{3})$`
	Birthdate string `json:"birthdate,omitempty"`

	// locale is the claim locale, with scope profile: a language tag (BCP 47) such
	// as en or pt-BR.
	// +optional
	// +kubebuilder:validation:MaxLength=35
	// +kubebuilder:validation:Pattern=`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`
	Locale string `json:"locale,omitempty"`

	// zoneinfo is the claim zoneinfo, with scope profile: a time zone such as
	// Europe/Paris.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$`
	Zoneinfo string `json:"zoneinfo,omitempty"`

	// updatedAt is the claim updated_at, with scope profile: when the profile was last
	// changed, for applications that copy the profile only then. Set it if you know
	// that time, for example in a program that copies users from a directory. Without
	// it, the claim is left out: the API server does not record when a spec last
	// changed.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	UpdatedAt *metav1.Time `json:"updatedAt,omitempty"`
}

// PostalAddress is a postal address (OpenID Connect Core section 5.1.1).
type PostalAddress struct {
	// formatted is the whole address as on a letter; it may have several lines.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +kubebuilder:validation:Pattern=`^([^\p{C}\p{Z}]|[ \n])+$`
	Formatted string `json:"formatted,omitempty"`

	// streetAddress is street and house number; it may have several lines.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +kubebuilder:validation:Pattern=`^([^\p{C}\p{Z}]|[ \n])+$`
	StreetAddress string `json:"streetAddress,omitempty"`

	// locality is the city.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	Locality string `json:"locality,omitempty"`

	// region is the state, province or prefecture.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	Region string `json:"region,omitempty"`

	// postalCode is the postal code.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	PostalCode string `json:"postalCode,omitempty"`

	// country is the name of the country.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	Country string `json:"country,omitempty"`
}
