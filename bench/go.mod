module guildhall/bench

go 1.26
