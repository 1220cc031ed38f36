package main

import (
	"errors"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const imageFlag = "--server-image=grantor"

// setImage puts the image into the operator's Deployment, and into the argument that
// gives it to servers.
func setImage(object *unstructured.Unstructured, image string) error {
	if object.GetKind() != "Deployment" {
		return nil
	}
	containers, _, err := unstructured.NestedSlice(object.Object, "spec", "template", "spec", "containers")
	if err != nil || len(containers) != 1 {
		return errors.New("the operator's Deployment has not one container")
	}
	container, _ := containers[0].(map[string]any)
	args, _ := container["args"].([]any)
	at := slices.Index(args, any(imageFlag))
	if at < 0 {
		return errors.New("the operator's Deployment does not say " + imageFlag)
	}
	container["image"], args[at] = image, "--server-image="+image
	return unstructured.SetNestedSlice(object.Object, containers, "spec", "template", "spec", "containers")
}
