// Package intake takes in what members send (导入): it knows the kinds of sheet
// that the consortium takes, reads them as people write them, cleans what can be
// put right, tells of what a person must decide, and carries an upload through
// preview to commit.
//
// Cleaning knows no database: Read turns a file into rows and findings. What a
// row means, whether it is new and how it is kept, the rooms know: each kind has
// its Taker.
package intake
