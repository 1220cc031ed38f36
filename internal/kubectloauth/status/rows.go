package status

import (
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// lines are the rows of a list.
func lines(items []oauthv1alpha1.OAuthClient, everywhere bool) [][]string {
	rows := [][]string{{"NAME", "READY", "REASON", "SERVER", "CLIENT ID", "SECRET", "MESSAGE"}}
	for i := range items {
		c := &items[i]
		name, state := c.Name, ready(c)
		if everywhere {
			name = c.Namespace + "/" + c.Name
		}
		rows = append(rows, []string{
			name, string(state.Status), state.Reason, server(c), c.Status.ClientID, c.Status.SecretName, state.Message,
		})
	}
	return rows
}

// summary are the rows above the conditions of one client.
func summary(c *oauthv1alpha1.OAuthClient) [][]string {
	return [][]string{
		{"OAuthClient:", c.Namespace + "/" + c.Name},
		{"Server:", server(c)},
		{"Issuer:", c.Status.Issuer},
		{"Client ID:", c.Status.ClientID},
		{"Secret:", c.Status.SecretName},
	}
}

func conditions(c *oauthv1alpha1.OAuthClient) [][]string {
	rows := [][]string{{"CONDITION", "STATUS", "REASON", "MESSAGE"}}
	for _, condition := range c.Status.Conditions {
		if condition.Type == oauthv1alpha1.ConditionReady {
			condition = ready(c)
		}
		rows = append(rows, []string{condition.Type, string(condition.Status), condition.Reason, condition.Message})
	}
	if len(rows) == 1 {
		unseen := ready(c)
		rows = append(rows, []string{unseen.Type, string(unseen.Status), unseen.Reason, unseen.Message})
	}
	return rows
}

func isReady(c *oauthv1alpha1.OAuthClient) bool { return ready(c).Status == metav1.ConditionTrue }

// ready returns the condition Ready of the present spec, which is Unknown while the
// operator has seen only an earlier one.
func ready(c *oauthv1alpha1.OAuthClient) metav1.Condition {
	condition := meta.FindStatusCondition(c.Status.Conditions, oauthv1alpha1.ConditionReady)
	if condition != nil && condition.ObservedGeneration == c.Generation {
		return *condition
	}
	return metav1.Condition{
		Type: oauthv1alpha1.ConditionReady, Status: metav1.ConditionUnknown, Reason: "NotSeen",
		Message: "The operator has not reported on the present spec yet. If this lasts, check that the operator runs, and whether the namespace has so many OAuthClients that some wait.",
	}
}

func server(c *oauthv1alpha1.OAuthClient) string {
	if c.Status.ServerRef == nil {
		return ""
	}
	return c.Status.ServerRef.Namespace + "/" + c.Status.ServerRef.Name
}
