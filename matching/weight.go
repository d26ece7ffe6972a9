package matching

import (
	"context"
	"errors"
)

// WeightOptions of [MaxWeight]. The zero value is good.
type WeightOptions struct{}

// WeightCertificate proves how good an assignment is: prices of positions and
// nodes whose total no assignment can exceed.
type WeightCertificate struct {
	Total int64 `json:"total"` // weight of the assignment
	Bound int64 `json:"bound"` // no assignment weighs more
}

// MaxWeight finds the assignment of the largest total weight.
func MaxWeight(ctx context.Context, m *Market, opt WeightOptions) (*Outcome, *WeightCertificate, error) {
	return nil, nil, errors.New("matching: the largest weight is not built yet")
}

// WeightReport is what the verifier finds about a certificate.
type WeightReport struct {
	Total int64 `json:"total"`
	Bound int64 `json:"bound"`
}
