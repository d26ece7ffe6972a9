package db

// What one Update leaves for those that are kept in the same transaction after it: a
// row that every change of a body reads and writes, such as the head of its journal,
// is read by the first of them and written by the last.
type left struct {
	order []leftKey
	items map[leftKey]leftItem
}

type leftKey struct {
	body string
	key  any
}

type leftItem struct {
	value any
	keep  func(*Tx) error
}

func (l *left) put(key leftKey, it leftItem) {
	if l.items == nil {
		l.items = map[leftKey]leftItem{}
	}
	if _, had := l.items[key]; !had {
		l.order = append(l.order, key)
	}
	l.items[key] = it
}

// Left gives what an earlier Update of the same transaction has left under key for the
// body of tx. The tables do not hold it yet. Whoever gets it may not change it.
func Left[T any](tx *Tx, key any) (v T, ok bool) {
	if tx.left == nil {
		return v, false
	}
	v, ok = tx.left.items[leftKey{tx.Body, key}].value.(T)
	return v, ok
}

// Leave has keep write value down as the last of the transaction. Where other Updates
// of the same body follow in the same transaction, they find the value by Left, and what
// the last of them leaves is written instead; keep is given a transaction of its own
// therefore. An Update that fails leaves nothing.
func (tx *Tx) Leave(key, value any, keep func(*Tx) error) {
	tx.leaving.put(leftKey{tx.Body, key}, leftItem{value, keep})
}

// end does what a transaction does last.
func (tx *Tx) end() error {
	for _, end := range tx.ending {
		if err := end(); err != nil {
			return err
		}
	}
	if tx.left == nil { // nobody comes after it
		for _, key := range tx.leaving.order {
			if err := tx.leaving.items[key].keep(tx); err != nil {
				return err
			}
		}
		return tx.keepVersions()
	}
	if err := tx.keepVersions(); err != nil {
		return err
	}
	for _, key := range tx.leaving.order {
		tx.left.put(key, tx.leaving.items[key])
	}
	return nil
}
