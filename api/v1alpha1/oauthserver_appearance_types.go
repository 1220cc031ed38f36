package v1alpha1

// ServerAppearance is the name, logo and color of the pages. Replicas apply changes at once.
type ServerAppearance struct {
	// name is the name of the organization or the service. Default: the host of the issuer.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	Name string `json:"name,omitempty"`

	// logo is an image as a data URI of up to 32768 characters: PNG, JPEG, WebP or SVG, in base64
	// with its padding. The server serves the image itself, so that no other server learns who
	// signs in.
	// +optional
	// +kubebuilder:validation:MaxLength=32768
	// +kubebuilder:validation:Pattern=`^data:image/(png|jpeg|webp|svg\+xml);base64,([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$`
	Logo string `json:"logo,omitempty"`

	// color is the color of buttons and links, such as "#0b57d0". Pages use a darker or lighter
	// shade where text would not be readable otherwise (WCAG 2.2, contrast 4.5 to 1).
	// +optional
	// +kubebuilder:validation:MaxLength=7
	// +kubebuilder:validation:Pattern=`^#[0-9a-fA-F]{6}$`
	Color string `json:"color,omitempty"`

	// sentence is a text for users who sign in, such as who may use the service.
	// +optional
	// +kubebuilder:validation:MaxLength=300
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	Sentence string `json:"sentence,omitempty"`

	// helpURI is the address of a link to help at the end of every page.
	// +optional
	HelpURI WebURI `json:"helpURI,omitempty"`

	// privacyURI is the address of a link to the privacy policy at the end of every page.
	// +optional
	PrivacyURI WebURI `json:"privacyURI,omitempty"`

	// translations are the values that differ in the languages of the pages: en, de, fr, es and
	// ja.
	// +optional
	// +listType=map
	// +listMapKey=language
	// +kubebuilder:validation:MaxItems=5
	Translations []AppearanceTranslation `json:"translations,omitempty"`
}

// AppearanceTranslation is the appearance in one language. Fields that are not set are as in the
// appearance.
type AppearanceTranslation struct {
	// language is one of en, de, fr, es and ja.
	// +required
	// +kubebuilder:validation:Enum=en;de;fr;es;ja
	Language string `json:"language"`

	// name is that of the organization or the service.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	Name string `json:"name,omitempty"`

	// sentence is for users who sign in.
	// +optional
	// +kubebuilder:validation:MaxLength=300
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	Sentence string `json:"sentence,omitempty"`

	// helpURI is a link to help.
	// +optional
	HelpURI WebURI `json:"helpURI,omitempty"`

	// privacyURI is a link to what happens with the data of users.
	// +optional
	PrivacyURI WebURI `json:"privacyURI,omitempty"`
}
