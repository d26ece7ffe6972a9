package council

import (
	"archive/zip"
	"context"
	"io"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/fault"
	"guildhall/internal/i18n"

	"guildhall/ballot"
)

// Board is what everybody may see of a ballot (公告板): while it is open, who is
// on the roll, how many have voted, and the receipts; once it is closed, all by
// which it can be counted again.
type Board struct {
	Ballot   *Ballot    `json:"ballot"`
	Title    string     `json:"title"`
	Meeting  string     `json:"meeting"`
	Names    []string   `json:"elected,omitempty"`
	Roll     []*Elector `json:"roll,omitempty"` // once it is closed
	Receipts []string   `json:"receipts,omitempty"`
	Found    *bool      `json:"found,omitempty"` // whether the receipt that was asked for is among them
	Asked    string     `json:"-"`

	motion *Motion
}

// Board gives the board of a ballot. asked is a receipt to look for.
func (c *Council) Board(ctx context.Context, id, asked string) (*Board, error) {
	return db.View(ctx, c.DB, func(tx *db.Tx) (*Board, error) {
		b, err := findBallot(tx, id)
		if err != nil {
			return nil, err
		}
		m, err := findMotion(tx, b.Motion)
		if err != nil {
			return nil, err
		}
		meeting, err := findMeeting(tx, m.Meeting)
		if err != nil {
			return nil, err
		}
		v := &Board{Ballot: b, Title: m.Title, Meeting: meeting.Title, Names: m.names(), Asked: asked, motion: m}
		if v.Receipts, err = receipts(tx, b); err != nil {
			return nil, err
		}
		if asked = tidy(asked); asked != "" {
			found := false
			for _, r := range v.Receipts {
				found = found || tidy(r) == asked
			}
			v.Found = &found
		}
		if b.Status == "closed" {
			v.Roll, err = electorsOf(tx, id)
		}
		return v, err
	})
}

// tidy makes receipts alike that people write differently.
func tidy(receipt string) string {
	var out []rune
	for _, r := range receipt {
		switch {
		case r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		case !(r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'):
			continue
		}
		switch r {
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		out = append(out, r)
	}
	return string(out)
}

// receipts gives the receipts in the order of their letters.
func receipts(tx *db.Tx, b *Ballot) ([]string, error) {
	if !secret(b.Level) || b.Status == "void" {
		return nil, nil
	}
	table := "council_sealed"
	if b.Status == "closed" {
		table = "council_receipt"
	}
	return db.All(tx, db.Value[string], `SELECT receipt FROM `+table+` WHERE ballot_id = $1 ORDER BY receipt`, b.ID)
}

// Published gives the board of a closed ballot as it is downloaded.
func (c *Council) Published(ctx context.Context, id string) (*ballot.Board, error) {
	return db.View(ctx, c.DB, func(tx *db.Tx) (*ballot.Board, error) {
		b, err := findBallot(tx, id)
		if err != nil {
			return nil, err
		}
		if b.Status != "closed" {
			return nil, fault.Conflict.New("council.board.early")
		}
		m, err := findMotion(tx, b.Motion)
		if err != nil {
			return nil, err
		}
		roll, err := electorsOf(tx, id)
		if err != nil {
			return nil, err
		}
		kept, err := receipts(tx, b)
		if err != nil {
			return nil, err
		}
		votes, err := db.All(tx, db.Value[string], `SELECT choice FROM council_opened WHERE ballot_id = $1 ORDER BY choice`, id)
		if err != nil {
			return nil, err
		}
		return published(tx, b, m, roll, votes, kept)
	})
}

// published lays a closed ballot out as a board.
func published(tx *db.Tx, b *Ballot, m *Motion, roll []*Elector, votes, receipts []string) (*ballot.Board, error) {
	body, err := directory.FindBody(tx, tx.Body)
	if err != nil {
		return nil, err
	}
	v := &ballot.Board{Suite: b.Suite, ID: b.ID, Body: body.Name, Title: m.Title, Level: b.Level, Article: b.Article, Opened: b.OpenedAt.Format(time.RFC3339),
		Closed: b.ClosedAt.Format(time.RFC3339), Question: b.Question, Result: b.Result, Receipts: receipts}
	if b.Level != ballot.Named {
		v.Votes = votes
	}
	for i, e := range roll {
		v.Roll = append(v.Roll, ballot.Voter{Number: i + 1, Name: e.Name, Class: e.Class, Aside: e.Aside, Here: e.Present, Voted: e.Voted, Vote: e.Choice})
	}
	return v, nil
}

func sealOf(tx *db.Tx, b *Ballot, m *Motion, roll []*Elector, votes, receipts []string) (string, error) {
	v, err := published(tx, b, m, roll, votes, receipts)
	if err != nil {
		return "", err
	}
	return v.Seal()
}

// writeBoard writes a board as an archive of one folder, with a page on how to
// count again.
func writeBoard(ctx context.Context, w io.Writer, b *ballot.Board) error {
	files, err := b.Files()
	if err != nil {
		return err
	}
	seal, err := b.Seal()
	if err != nil {
		return err
	}
	suite, err := ballot.SuiteOf(b.Suite)
	if err != nil {
		return err
	}
	archive := zip.NewWriter(w)
	folder := "ballot-" + b.ID + "/"
	for _, f := range append(files, ballot.File{Name: "README.txt", Content: []byte(i18n.T(ctx, "council.board.readme", b.Title, "ballot-"+b.ID, seal, suite.Seals, suite.Hash))}) {
		part, err := archive.Create(folder + f.Name)
		if err != nil {
			return err
		}
		if _, err := part.Write(f.Content); err != nil {
			return err
		}
	}
	return archive.Close()
}
