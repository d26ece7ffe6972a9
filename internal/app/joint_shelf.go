package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"guildhall/internal/db"
	"guildhall/internal/i18n"
	"guildhall/internal/shelf"
	"guildhall/internal/watch"
)

// shelves remembers for a moment what is known of the places where files and backups
// lie, so that neither a page nor the monitoring asks a store at each look.
type shelves struct {
	mu     sync.Mutex
	looked time.Time
	newest shelf.Item
}

// A look at the shelves is good for so long, may take so long, and a store's clock may
// differ from ours by so much: at a quarter of an hour it refuses us.
const (
	shelvesGood  = time.Minute
	shelvesTake  = 8 * time.Second
	shelfClockOK = 5 * time.Minute
)

// look asks the shelves where nobody has for a while. It is never called within a
// transaction. The newest backup that a store does not tell of is nobody's.
func (h *House) look(ctx context.Context) (newestBackup shelf.Item) {
	s := &h.shelves
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := h.DB.Now(); now.Sub(s.looked).Abs() < shelvesGood && shelf.IsStore(h.Config.Backups) {
		return s.newest
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shelvesTake)
	defer cancel()
	s.newest, _ = newest(ctx, h.Config.Backups) // what fails shows in the probe's line
	s.looked = h.DB.Now()
	return s.newest
}

// shelfLines say of the stores whether they keep, give back and take away.
func shelfLines(ctx context.Context, c Config) (lines []watch.Line) {
	for _, one := range []struct{ key, at string }{{"store_files", c.Files}, {"store_backups", c.Backups}} {
		if shelf.IsStore(one.at) {
			lines = append(lines, shelfLine(ctx, one.key, one.at))
		}
	}
	return lines
}

func shelfLine(ctx context.Context, key, at string) watch.Line {
	s, err := shelf.Open(at)
	if err != nil {
		return watch.Say(ctx, key, watch.Fail, "unreadable", short(err))
	}
	asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), shelvesTake)
	defer cancel()
	err = shelf.Probe(asking, s)
	switch skew := s.Skew(); {
	case skew.Abs() > shelfClockOK:
		return watch.Say(ctx, key, watch.Fail, "clock", s.String(), i18n.Decimal(skew.Abs().Seconds(), 0))
	case err != nil:
		return watch.Say(ctx, key, watch.Fail, "away", s.String(), short(err))
	}
	return watch.Say(ctx, key, watch.OK, "fine", s.String())
}

// FilesFound is what came of holding the shelf against the notes of the database.
type FilesFound struct {
	Kept, Moved, Removed int
	Bytes                int64
	Lost                 []string // noted, and not there
	Orphans              []string // there, and noted by nobody
}

// orphanAge is how old a content must be before it counts as nobody's: one that was
// just sent is noted a moment later.
const orphanAge = 24 * time.Hour

// CheckFiles holds what lies on the shelf of files against what the database notes, and
// with remove takes away what belongs to nobody.
func CheckFiles(ctx context.Context, c Config, remove bool) (found FilesFound, err error) {
	kept, err := shelf.Open(c.files())
	if err != nil {
		return found, err
	}
	items, err := kept.List(ctx) // before the notes: what is noted meanwhile is no orphan
	if err != nil {
		return found, err
	}
	noted, now, err := notedFiles(ctx, c)
	if err != nil {
		return found, err
	}
	there := map[string]bool{}
	for _, i := range items {
		n, known := noted[i.Name]
		there[i.Name] = true
		switch {
		case known && !n.Gone:
			found.Kept, found.Bytes = found.Kept+1, found.Bytes+i.Size
		case now.Sub(i.At) < orphanAge:
		default:
			found.Orphans = append(found.Orphans, i.Name)
		}
	}
	for _, id := range sortedKeys(noted) {
		if n := noted[id]; !n.Gone && !there[id] && now.Sub(n.At) > time.Minute {
			found.Lost = append(found.Lost, id)
		}
	}
	if remove {
		for _, name := range found.Orphans {
			if failed := kept.Remove(ctx, name); failed != nil {
				return found, errors.Join(err, failed)
			}
			found.Removed++
		}
	}
	return found, nil
}

// MoveFiles copies every file to another shelf and reads each back. It can be stopped
// and run again: what is there already, byte for byte of the same size, is not sent
// again. With remove, what was copied is taken away from where it was.
func MoveFiles(ctx context.Context, c Config, to string, remove bool) (found FilesFound, err error) {
	from, err := shelf.Open(c.files())
	if err != nil {
		return found, err
	}
	at, err := shelf.Open(to)
	if err != nil {
		return found, err
	}
	if from.String() == at.String() {
		return found, errSameShelf(at)
	}
	items, err := from.List(ctx)
	if err != nil {
		return found, err
	}
	has, err := at.List(ctx)
	if err != nil {
		return found, err
	}
	there := map[string]int64{}
	for _, i := range has {
		there[i.Name] = i.Size
	}
	for _, i := range items {
		if ctx.Err() != nil {
			return found, ctx.Err()
		}
		if shelf.IsProbe(i.Name) {
			continue
		}
		if size, ok := there[i.Name]; !ok || size != i.Size {
			sent, err := moveOne(ctx, from, at, i.Name)
			if err != nil {
				return found, err
			}
			if !sent {
				continue // erased meanwhile
			}
			found.Moved, found.Bytes = found.Moved+1, found.Bytes+i.Size
		} else if remove {
			if same, err := sameThing(ctx, from, at, i.Name); err != nil || !same {
				return found, errors.Join(err, errUnlike(at, i.Name))
			}
		}
		found.Kept++
		if remove {
			if err := from.Remove(ctx, i.Name); err != nil {
				return found, err
			}
			found.Removed++
		}
	}
	return found, nil
}

func notedFiles(ctx context.Context, c Config) (all map[string]noted, now time.Time, err error) {
	d, err := db.Open(ctx, c.address())
	if err != nil {
		return nil, now, err
	}
	defer d.Close()
	all, err = allNoted(ctx, d)
	return all, d.Now(), err
}
