package devenv

import (
	"maps"
	"testing"
)

const scraped = `# HELP apiserver_request_total [STABLE] Counter of apiserver requests.
# TYPE apiserver_request_total counter
apiserver_request_total{code="200",component="",dry_run="",group="",resource="",scope="",subresource="/readyz",verb="GET",version=""} 3
apiserver_request_total{code="200",component="apiserver",dry_run="",group="oauth.grantor.dev",resource="oauthclients",scope="namespace",subresource="",verb="LIST",version="v1alpha1"} 2
apiserver_request_total{code="410",component="apiserver",dry_run="",group="oauth.grantor.dev",resource="oauthclients",scope="namespace",subresource="",verb="LIST",version="v1alpha1"} 1
apiserver_request_total{code="200",component="apiserver",dry_run="",group="oauth.grantor.dev",resource="oauthclients",scope="resource",subresource="status",verb="APPLY",version="v1alpha1"} 5
apiserver_request_total{code="201",component="apiserver",dry_run="",group="",resource="secrets",scope="resource",subresource="",verb="POST",version="v1"} 4
apiserver_request_total{code="200",component="apiserver",dry_run="",group="",resource="secrets",scope="resource",subresource="",verb="PUT",version="v1"} 1e+06
apiserver_request_total{code="0",component="apiserver",dry_run="",group="oauth.grantor.dev",resource="oauthclients",scope="cluster",subresource="",verb="WATCH",version="v1alpha1"} 7
apiserver_request_total_of_something_else{verb="GET"} 9
apiserver_request_terminations_total{verb="GET"} 9
`

func TestRequestCountsAreReadFromMetrics(t *testing.T) {
	counts, err := parseRequestCounts([]byte(scraped))
	if err != nil {
		t.Fatal(err)
	}
	wanted := Counts{
		{"list", "oauth.grantor.dev", "oauthclients"}:         3,
		{"watch", "oauth.grantor.dev", "oauthclients"}:        7,
		{"apply", "oauth.grantor.dev", "oauthclients/status"}: 5,
		{"create", "", "secrets"}:                             4,
		{"update", "", "secrets"}:                             1000000,
	}
	if !maps.Equal(counts, wanted) {
		t.Errorf("got\n%s\nwanted\n%s", counts, wanted)
	}
}

func TestMetricsWithoutRequestsAreNoCounts(t *testing.T) {
	counts, err := parseRequestCounts([]byte("go_goroutines 5\n"))
	if err != nil || len(counts) != 0 {
		t.Errorf("got %v, %v", counts, err)
	}
}

func TestBrokenMetricsAreAnError(t *testing.T) {
	if counts, err := parseRequestCounts([]byte("apiserver_request_total{verb=\"GET\n")); err == nil {
		t.Errorf("got %v and no error", counts)
	}
}

func TestDiffLeavesOutWhatDidNotHappen(t *testing.T) {
	before := Counts{{"get", "", "secrets"}: 3, {"list", "", "secrets"}: 1}
	after := Counts{{"get", "", "secrets"}: 5, {"list", "", "secrets"}: 1, {"create", "", "secrets"}: 1}
	wanted := Counts{{"get", "", "secrets"}: 2, {"create", "", "secrets"}: 1}
	if diff := after.Diff(before); !maps.Equal(diff, wanted) {
		t.Errorf("got %v, wanted %v", diff, wanted)
	}
}

func TestCountsAreFilteredByAllConditions(t *testing.T) {
	counts := Counts{
		{"get", "oauth.grantor.dev", "oauthclients"}:           1,
		{"update", "oauth.grantor.dev", "oauthclients"}:        2,
		{"update", "oauth.grantor.dev", "oauthclients/status"}: 4,
		{"create", "", "secrets"}:                              8,
		{"watch", "", "secrets"}:                               16,
		{"deletecollection", "session.grantor.dev", "grants"}:  32,
	}
	for name, test := range map[string]struct {
		conditions []func(RequestKey) bool
		wanted     int
	}{
		"nothing asked":     {nil, 63},
		"writes":            {[]func(RequestKey) bool{IsWrite}, 46},
		"reads, no watches": {[]func(RequestKey) bool{IsRead}, 1},
		"writes in a group": {[]func(RequestKey) bool{IsWrite, InGroups("oauth.grantor.dev")}, 6},
		"one resource":      {[]func(RequestKey) bool{ForResources("oauthclients")}, 3},
		"a verb":            {[]func(RequestKey) bool{WithVerbs("watch", "create")}, 24},
	} {
		if sum := counts.Filter(test.conditions...).Sum(); sum != test.wanted {
			t.Errorf("%s: got %d, wanted %d", name, sum, test.wanted)
		}
	}
	if len(counts) != 6 {
		t.Error("Filter changed the counts it was asked for")
	}
}

func TestCountsArePrintedAsKubectlNamesThem(t *testing.T) {
	counts := Counts{{"update", "oauth.grantor.dev", "oauthclients/status"}: 4, {"get", "", "secrets"}: 1}
	wanted := "get secrets: 1\nupdate oauthclients.oauth.grantor.dev/status: 4"
	if counts.String() != wanted {
		t.Errorf("got\n%s\nwanted\n%s", counts, wanted)
	}
}
