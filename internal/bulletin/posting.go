package bulletin

import (
	"context"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	"guildhall/internal/i18n"
)

// Posting is a position that is open, as it is told to search engines and job
// boards. It names nobody's phone.
type Posting struct {
	ID             string
	Title          string
	Work           string // kind of work, in words
	Occupation     string // code
	Employer       string
	EmployerCode   string // 统一社会信用代码
	Region         string // six digits
	RegionName     string
	City           string
	Places         int
	PayLow         int64 // fen a month; 0: not told
	PayHigh        int64
	Posted, Closes string // days; empty where not told
	Education      string // in words
	Skills         []string
}

// posting is a schema.org JobPosting.
type posting struct {
	Type         string       `json:"@type"`
	ID           string       `json:"@id"`
	URL          string       `json:"url"`
	Identifier   property     `json:"identifier"`
	Title        string       `json:"title"`
	Description  string       `json:"description"`
	DatePosted   string       `json:"datePosted,omitempty"`
	ValidThrough string       `json:"validThrough,omitempty"`
	Employment   string       `json:"employmentType"`
	Organization organization `json:"hiringOrganization"`
	Location     location     `json:"jobLocation"`
	Salary       *salary      `json:"baseSalary,omitempty"`
	Openings     int          `json:"totalJobOpenings"`
	Occupation   *category    `json:"occupationalCategory,omitempty"`
	Education    *credential  `json:"educationRequirements,omitempty"`
	Skills       []string     `json:"skills,omitempty"`
	Language     string       `json:"inLanguage"`
	DirectApply  bool         `json:"directApply"`
}

type property struct {
	Type  string `json:"@type"`
	Name  string `json:"name"`
	Value string `json:"value"`
}

type organization struct {
	Type  string `json:"@type"`
	Name  string `json:"name"`
	TaxID string `json:"taxID,omitempty"`
}

type location struct {
	Type    string  `json:"@type"`
	Address address `json:"address"`
}

type address struct {
	Type     string `json:"@type"`
	Country  string `json:"addressCountry"`
	Region   string `json:"addressRegion,omitempty"`
	Locality string `json:"addressLocality,omitempty"`
}

type salary struct {
	Type     string   `json:"@type"`
	Currency string   `json:"currency"`
	Value    quantity `json:"value"`
}

type quantity struct {
	Type string  `json:"@type"`
	Min  float64 `json:"minValue,omitempty"`
	Max  float64 `json:"maxValue,omitempty"`
	Unit string  `json:"unitText"`
}

type category struct {
	Type string `json:"@type"`
	Set  string `json:"inCodeSet"`
	Code string `json:"codeValue"`
	Name string `json:"name,omitempty"`
}

type credential struct {
	Type     string `json:"@type"`
	Category string `json:"credentialCategory"`
}

// WritePostings writes open positions as schema.org JobPosting in JSON-LD, one list
// of them all.
func WritePostings(ctx context.Context, w io.Writer, base string, all []Posting) error {
	base = strings.TrimSuffix(base, "/")
	graph := make([]posting, len(all))
	for i, p := range all {
		graph[i] = p.linked(ctx, base)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Context string    `json:"@context"`
		Graph   []posting `json:"@graph"`
	}{"https://schema.org", graph})
}

func (p Posting) linked(ctx context.Context, base string) posting {
	at := base + "/positions/" + p.ID
	out := posting{Type: "JobPosting", ID: at, URL: at, Identifier: property{"PropertyValue", p.Employer, p.ID}, Title: p.Title, Description: p.described(ctx),
		DatePosted: p.Posted, Employment: "FULL_TIME", Organization: organization{"Organization", p.Employer, p.EmployerCode},
		Location: location{"Place", address{"PostalAddress", "CN", p.City, p.RegionName}}, Openings: p.Places, Skills: p.Skills, Language: "zh-CN"}
	if day, err := time.ParseInLocation(time.DateOnly, p.Closes, i18n.Zone(ctx)); err == nil {
		out.ValidThrough = day.Add(24*time.Hour - time.Second).Format(time.RFC3339)
	}
	if p.PayLow > 0 || p.PayHigh > 0 {
		out.Salary = &salary{"MonetaryAmount", "CNY", quantity{"QuantitativeValue", yuan(p.PayLow), yuan(p.PayHigh), "MONTH"}}
	}
	if p.Occupation != "" {
		out.Occupation = &category{"CategoryCode", "中华人民共和国职业分类大典（2022年版）", p.Occupation, p.Work}
	}
	if p.Education != "" {
		out.Education = &credential{"EducationalOccupationalCredential", p.Education}
	}
	return out
}

func yuan(fen int64) float64 { return float64(fen) / 100 }

// described is the sentence that search engines ask for.
func (p Posting) described(ctx context.Context) string {
	zh := i18n.With(ctx, "zh-CN")
	words := []string{say(zh, "posting.places", p.Employer, p.Title, p.Places)}
	if p.RegionName != "" {
		words = append(words, say(zh, "posting.region", p.RegionName))
	}
	if p.Education != "" {
		words = append(words, say(zh, "posting.education", p.Education))
	}
	if p.PayLow > 0 && p.PayHigh > 0 {
		words = append(words, say(zh, "posting.pay", money(p.PayLow), money(p.PayHigh)))
	}
	return strings.Join(words, "")
}

func money(fen int64) string { return strconv.FormatInt(fen/100, 10) }
