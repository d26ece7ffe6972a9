package chain

import (
	"maps"
	"slices"
	"testing"

	"guildhall/internal/auth"
)

// The chain has one action, and it is open to everyone.
func TestPolicy(t *testing.T) {
	if got := slices.Collect(maps.Keys(policy)); !slices.Equal(got, []string{"chain.node.read"}) {
		t.Errorf("the book knows %v", got)
	}
	actors := []auth.Actor{{}}
	for _, role := range auth.Roles {
		actors = append(actors, auth.Actor{ID: role, Roles: []string{role}})
	}
	for _, a := range actors {
		if !policy.Can(auth.With(t.Context(), a), "chain.node.read", Node{}) {
			t.Errorf("%v may not read", a.Roles)
		}
	}
}
