// Package matching docks candidates to positions (人才供需精准对接): it decides
// rounds in which every candidate gets at most one place and every position,
// enterprise and region keeps its cap, so that no candidate and no position
// would both rather have each other.
//
// A [Market] is built once by a [Builder] (or taken over as arrays by
// [FromCSR]) and never changes. [Solve] runs candidate-proposing deferred
// acceptance over the tree of caps under a named [Rule]; [MaxWeight] finds the
// assignment of the largest total weight, with a certificate. [Verify] checks an
// assignment with code of its own, from the market and the rule alone.
// [Explain] tells a candidate why not and what would have been enough, [Staff]
// does so for an enterprise and [Summarize] for the council.
//
// The same market and rule give the same result, in whatever order
// the market was put together: where chance decides, it is a published seed and
// the stable outside names that decide, never a row number.
//
// The package imports the standard library only. What is guaranteed, what is not
// and where each method comes from stands in docs/matching.md.
package matching
