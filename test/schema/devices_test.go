package schema

import "maps"

const (
	deviceGrant  = "urn:ietf:params:oauth:grant-type:device_code"
	deviceAlone  = "deviceAuthorization needs urn:ietf:params:oauth:grant-type:device_code in grantTypes"
	codeLifetime = "spec.deviceAuthorization.codeLifetime"
)

// clientDevices are the fields of an OAuthClient that are about devices.
var clientDevices = merged(
	withDeviceGrant(enumExamples("spec.deviceAuthorization.completeURI", "Offer", "Omit")),
	withDeviceGrant(codeLifetimes()),
	withDeviceGrant(examples{
		"a device with settings": accept("spec", deviceAlone, fields{"spec.deviceAuthorization": map[string]any{"completeURI": "Omit"}}),
		"refresh_token of devices": accept("spec", refreshAlone, fields{
			"spec.grantTypes": []any{deviceGrant, "refresh_token"}, "spec.redirectURIs": nil, "spec.redirectURIsFrom": nil}),
	}),
	examples{
		"settings of devices without the grant": refuse("spec", deviceAlone, fields{"spec.deviceAuthorization": map[string]any{"completeURI": "Omit"}}),
	},
)

func codeLifetimes() examples {
	all := secondsExamples(codeLifetime, "codeLifetime must be between 2m and 15m",
		[]string{"2m", "120s", "10m", "15m", "900s"}, []string{"0s", "1m59s", "15m1s", "1h"})
	all[codeLifetime+" as long as allowed"] = accept(codeLifetime, "maxLength", fields{codeLifetime: "0000000000000000000000000000120s"})
	return all
}

// withDeviceGrant lets the client of examples use the grant of devices.
func withDeviceGrant(all examples) examples {
	for name, e := range all {
		change := fields{"spec.grantTypes": []any{"authorization_code", "refresh_token", deviceGrant}}
		maps.Copy(change, e.change)
		e.change = change
		all[name] = e
	}
	return all
}
