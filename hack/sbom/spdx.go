package main

import (
	"regexp"
	"strings"
)

const (
	unknown   = "NOASSERTION"
	namespace = "https://github.com/grantor-dev/grantor/sbom/"
)

// document is the part of SPDX 2.3 that is used here.
type document struct {
	Version       string         `json:"spdxVersion"`
	License       string         `json:"dataLicense"`
	ID            string         `json:"SPDXID"`
	Name          string         `json:"name"`
	Namespace     string         `json:"documentNamespace"`
	Creation      creation       `json:"creationInfo"`
	Packages      []spdxPackage  `json:"packages"`
	Relationships []relationship `json:"relationships"`
}

type creation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

type spdxPackage struct {
	ID            string      `json:"SPDXID"`
	Name          string      `json:"name"`
	Version       string      `json:"versionInfo"`
	Download      string      `json:"downloadLocation"`
	FilesAnalyzed bool        `json:"filesAnalyzed"`
	Concluded     string      `json:"licenseConcluded"`
	Declared      string      `json:"licenseDeclared"`
	Copyright     string      `json:"copyrightText"`
	Comment       string      `json:"comment,omitempty"`
	References    []reference `json:"externalRefs"`
}

type reference struct {
	Category string `json:"referenceCategory"`
	Type     string `json:"referenceType"`
	Locator  string `json:"referenceLocator"`
}

type relationship struct {
	From string `json:"spdxElementId"`
	Kind string `json:"relationshipType"`
	To   string `json:"relatedSpdxElement"`
}

// newDocument has no time of its own, so that the same sources make the same
// file.
func newDocument(program spdxPackage, revision string) document {
	d := document{
		Version: "SPDX-2.3", License: "CC0-1.0", ID: "SPDXRef-DOCUMENT",
		Name:      program.Name + " " + program.Version,
		Namespace: namespace + program.Version + "-" + revision,
		Creation:  creation{Created: "1970-01-01T00:00:00Z", Creators: []string{"Tool: grantor-sbom"}},
		Packages:  []spdxPackage{program},
	}
	d.Relationships = []relationship{{From: d.ID, Kind: "DESCRIBES", To: program.ID}}
	return d
}

func (d *document) add(to string, p spdxPackage) {
	d.Packages = append(d.Packages, p)
	d.Relationships = append(d.Relationships, relationship{From: to, Kind: "DEPENDS_ON", To: p.ID})
}

func module(path, version string) spdxPackage {
	return newPackage(path, version, "https://"+path, "pkg:golang/"+path+"@"+version)
}

func goDistribution(version string) spdxPackage {
	number := strings.TrimPrefix(version, "go")
	return newPackage("stdlib", number, "https://go.dev/dl/", "pkg:golang/stdlib@"+number)
}

// notInIDs is what the name of an element cannot contain.
var notInIDs = regexp.MustCompile(`[^A-Za-z0-9.-]+`)

func newPackage(name, version, download, locator string) spdxPackage {
	return spdxPackage{
		ID:   "SPDXRef-" + notInIDs.ReplaceAllString(name+"-"+version, "-"),
		Name: name, Version: version, Download: download,
		Concluded: unknown, Declared: unknown, Copyright: unknown,
		References: []reference{{Category: "PACKAGE-MANAGER", Type: "purl", Locator: locator}},
	}
}
