package council

import (
	"context"
	"sync"
	"time"

	"guildhall/internal/db"
)

// wallRoll is how long the wall of the hall goes on with the roll that it has
// read: who is there and who has voted it reads each time, the roll of thousands of
// units only now and then. What is decided never rests on it.
const wallRoll = 5 * time.Second

// wall remembers rolls for the screens of halls.
type wall struct {
	mu   sync.Mutex
	seen map[string]seen
}

type seen struct {
	seats []Member
	at    time.Time
}

// Hall gives a meeting that the actor may see as the wall of the hall shows it.
func (c *Council) Hall(ctx context.Context, id string) (*Whole, error) {
	return db.View(ctx, c.DB, func(tx *db.Tx) (*Whole, error) {
		m, err := see(tx, id)
		if err != nil {
			return nil, err
		}
		return c.followed(tx, m, c.remembered)
	})
}

// remembered gives the seats as they were read some seconds ago at most.
func (c *Council) remembered(tx *db.Tx, r *Rules, organ, day string) ([]Member, error) {
	key := tx.Body + " " + organ + " " + day
	c.wall.mu.Lock()
	had, ok := c.wall.seen[key]
	c.wall.mu.Unlock()
	if ok && time.Since(had.at) < wallRoll {
		return had.seats, nil
	}
	seats, err := c.seats(tx, r, organ, day)
	if err != nil {
		return nil, err
	}
	c.wall.mu.Lock()
	defer c.wall.mu.Unlock()
	if c.wall.seen == nil || len(c.wall.seen) > 100 {
		c.wall.seen = map[string]seen{}
	}
	c.wall.seen[key] = seen{seats, time.Now()}
	return seats, nil
}
