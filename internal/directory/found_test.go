package directory_test

import (
	"errors"
	"testing"

	"guildhall/internal/auth"
	"guildhall/internal/db/dbtest"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
)

func TestBodyIsFoundedWithTheUnitThatRunsIt(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		ctx := dbtest.As(t, admin)
		b, err := h.FoundWithOffice(ctx, directory.Founding{Name: "第二联合体", Kind: "industry", Office: "第二联合体秘书处"})
		if err != nil {
			t.Fatal(err)
		}
		if b.Zone != "Asia/Shanghai" {
			t.Errorf("zone: %q", b.Zone)
		}
		// The secretariat can be invited at once.
		in := admin
		in.Body = b.ID
		if _, _, err := h.Invite(dbtest.As(t, in), directory.Invitation{Name: "某人", Login: "two", Unit: "第二联合体秘书处", Role: auth.Secretariat}); err != nil {
			t.Errorf("inviting the secretariat: %v", err)
		}
		// A unit that is known already is not noted twice.
		if _, err := h.FoundWithOffice(ctx, directory.Founding{Name: "第三联合体", Kind: "city", Office: "示例职院"}); err != nil {
			t.Error(err)
		}
		if _, _, err := h.Invite(dbtest.As(t, in), directory.Invitation{Name: "另一人", Login: "three", Unit: "示例职院", Role: auth.Staff}); err != nil {
			t.Errorf("after founding with a known unit its name is not its own: %v", err)
		}
	})
}

func TestFoundingTellsAllThatIsWrong(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		_, err := h.FoundWithOffice(dbtest.As(t, admin), directory.Founding{Kind: "province", Region: "4502", Zone: "Mars/North"})
		for _, place := range []string{"name", "kind", "region", "zone", "office"} {
			if fault.At(err, place) == nil {
				t.Errorf("nothing said of %s: %v", place, err)
			}
		}
		if _, err := h.FoundWithOffice(h.as(t, auth.Secretariat, 0), directory.Founding{Name: "x", Kind: "city", Office: "y"}); err == nil || errors.Is(err, fault.Invalid) {
			t.Errorf("a secretariat founds a body: %v", err)
		}
	})
}

func TestBodyIsRenamedByWhoRunsIt(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		if b, err := h.Rename(h.as(t, auth.Secretariat, 0), h.body.ID, directory.Body{Name: "新名称", Zone: "Asia/Urumqi"}); err != nil || b.Name != "新名称" || b.Kind != "city" {
			t.Errorf("%+v, %v", b, err)
		}
		other, err := h.Found(dbtest.As(t, admin), &directory.Body{Name: "别的联合体", Kind: "city"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Rename(h.as(t, auth.Secretariat, 0), other.ID, directory.Body{Name: "夺名", Zone: "UTC"}); !errors.Is(err, fault.NotFound) {
			t.Errorf("a secretariat renames another body: %v", err)
		}
		if _, err := h.Rename(h.as(t, auth.UnitAdmin, 0), h.body.ID, directory.Body{Name: "夺名", Zone: "UTC"}); !errors.Is(err, fault.NotFound) {
			t.Errorf("a unit renames the body: %v", err)
		}
	})
}

func TestAdministratorEntersAnotherBody(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		link, err := h.First(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		key, err := h.Choose(t.Context(), link.Path[len("/links/"):], "correct horse battery", "test")
		if err != nil {
			t.Fatal(err)
		}
		other, err := h.Found(dbtest.As(t, admin), &directory.Body{Name: "别的联合体", Kind: "city"})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Enter(dbtest.As(t, h.who(t, key)), key, other.ID); err != nil {
			t.Fatal(err)
		}
		if a := h.who(t, key); a.Body != other.ID || !a.Is(auth.Admin) {
			t.Errorf("acts as %+v", a)
		}
		if err := h.Enter(dbtest.As(t, h.who(t, key)), key, "nowhere"); !errors.Is(err, fault.NotFound) {
			t.Errorf("entering a body that is not there: %v", err)
		}
		_, clerk := h.enter(t, "ana", auth.Staff, 0)
		if err := h.Enter(dbtest.As(t, h.who(t, clerk)), clerk, other.ID); err == nil {
			t.Error("a clerk enters another body")
		}
	})
}
