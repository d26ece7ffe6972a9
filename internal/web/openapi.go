package web

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"guildhall/internal/i18n"
)

// OpenAPI describes, in OpenAPI 3.1, every route that programs may use. It is
// made of the routes and their Go types, so that it cannot tell otherwise than
// the program does.
func (rs *Routes) OpenAPI() *huma.OpenAPI {
	registry := huma.NewMapRegistry("#/components/schemas/", schemaName)
	api := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{Title: "Guildhall 匠联", Version: "1",
			Description: "Ask any page's address with Accept: application/json. Sign in with a personal access token: Authorization: Bearer TOKEN. A write that bears an Idempotency-Key acts once.",
			License:     &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}},
		Paths: map[string]*huma.PathItem{},
		Components: &huma.Components{Schemas: registry, SecuritySchemes: map[string]*huma.SecurityScheme{
			"token": {Type: "http", Scheme: "bearer"}}},
		Security: []map[string][]string{{"token": {}}, {}},
	}
	wrong := &huma.Response{Description: "A fault: its kind, its key, and a sentence in the reader's language.",
		Content: content(registry, reflect.TypeFor[Problem]())}
	for _, route := range rs.List {
		if route.Silent {
			continue
		}
		path := strings.ReplaceAll(strings.ReplaceAll(route.Path, "...}", "}"), "{$}", "")
		if api.Paths[path] == nil {
			api.Paths[path] = &huma.PathItem{}
		}
		op := &huma.Operation{
			OperationID: operation(route), Summary: i18n.Words("en")[route.Action],
			Tags:       []string{room(route)},
			Parameters: parameters(registry, route),
			Responses: map[string]*huma.Response{
				"200":     {Description: i18n.Words("en")[route.Action], Content: content(registry, route.Out)},
				"default": wrong,
			},
		}
		if route.In != nil {
			op.RequestBody = &huma.RequestBody{Required: true, Content: content(registry, route.In)}
		}
		switch route.Method {
		case http.MethodGet:
			api.Paths[path].Get = op
		case http.MethodPost:
			api.Paths[path].Post = op
		}
	}
	return api
}

func content(registry huma.Registry, t reflect.Type) map[string]*huma.MediaType {
	if t == nil {
		return nil
	}
	return map[string]*huma.MediaType{"application/json": {Schema: registry.Schema(t, true, schemaName(t, ""))}}
}

// schemaName names a type after its room, for several rooms may have a Page.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	pkg := t.PkgPath()
	pkg = pkg[strings.LastIndex(pkg, "/")+1:]
	name := huma.DefaultSchemaNamer(t, hint)
	if pkg == "" || strings.HasPrefix(strings.ToLower(name), pkg) {
		return name
	}
	return strings.ToUpper(pkg[:1]) + pkg[1:] + name
}

func parameters(registry huma.Registry, route Route) (list []*huma.Param) {
	for part := range strings.SplitSeq(route.Path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok && name != "$}" {
			name = strings.TrimSuffix(strings.TrimSuffix(name, "}"), "...")
			list = append(list, &huma.Param{Name: name, In: "path", Required: true, Schema: &huma.Schema{Type: "string"}})
		}
	}
	if route.Query != nil {
		for _, f := range reflect.VisibleFields(route.Query) {
			if f.IsExported() && !f.Anonymous {
				list = append(list, &huma.Param{Name: fieldName(f), In: "query", Schema: registry.Schema(f.Type, true, f.Name)})
			}
		}
	}
	if route.Method != http.MethodGet {
		list = append(list, &huma.Param{Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: "string"}})
	}
	return list
}

func operation(route Route) string {
	path := strings.NewReplacer("{", "", "}", "", "...", "", "$", "", "-", "_", ".", "_").Replace(strings.Trim(route.Path, "/"))
	return strings.ToLower(route.Method) + "_" + strings.ReplaceAll(path, "/", "_")
}

func room(route Route) string {
	name, _, _ := strings.Cut(route.Action, ".")
	return name
}

// described is a route as the readable page shows it.
type described struct {
	Room, Method, Path, About, Scope string
	In, Query, Out                   string
}

func (rs *Routes) described(ctx context.Context) (list []described) {
	for _, route := range rs.List {
		if route.Silent {
			continue
		}
		list = append(list, described{room(route), route.Method, route.Path, i18n.T(ctx, route.Action), scopeOf(route),
			shape(route.In), shape(route.Query), shape(route.Out)})
	}
	return list
}

// shape shows the names and kinds of a type's fields, as an example would.
func shape(t reflect.Type) string {
	if t == nil {
		return ""
	}
	text, _ := json.Marshal(reflect.New(t).Interface())
	if len(text) > 400 {
		return string(text[:400]) + "… (" + strconv.Itoa(len(text)) + ")"
	}
	return string(text)
}
