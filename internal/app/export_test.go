package app

// WaitingRooms names the rooms that tell a person of what waits for them.
func (h *House) WaitingRooms() (rooms []string) {
	for _, w := range h.waiting() {
		rooms = append(rooms, w.room)
	}
	return rooms
}

// Replicated is what the house claims of its standbys.
var Replicated = replicated

// Rooms is the tables of every room.
var Rooms = rooms
