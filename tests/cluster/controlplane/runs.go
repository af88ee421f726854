package main

import (
	"fmt"
	"strings"
	"sync"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// How a container behaves is a word in the name of its image.
const (
	missingImage = "missing" // cannot be pulled
	crashing     = "crash"   // ends with the exit code 1, again and again
	unready      = "unready" // runs, and is never ready
	slow         = "slow"    // is ready after three seconds
)

const (
	readyLater = 3 * time.Second
	// How long the container of a Job runs.
	jobTime = time.Second
	// Time between two lines of a log.
	tick = time.Second
)

func behaves(container core.Container, word string) bool {
	return strings.Contains(container.Image, word)
}

// A run is the life of a container between two starts.
type run struct {
	number   int
	started  time.Time
	ended    time.Time // zero while it runs
	exitCode int
	name     string
	image    string
}

type key struct {
	pod       types.UID
	container string
}

// runs remembers the last two runs of each container, as a machine does.
type runs struct {
	lock sync.Mutex
	of   map[key][]run
}

func newRuns() *runs {
	return &runs{of: map[key][]run{}}
}

// last returns the run that is on or was the last, and the one before, which has the number 0 if there was none.
func (r *runs) last(pod *core.Pod, container core.Container) (now, before run) {
	r.lock.Lock()
	defer r.lock.Unlock()
	at := key{pod.UID, container.Name}
	if len(r.of[at]) == 0 {
		r.of[at] = []run{{number: 1, started: time.Now(), name: container.Name, image: container.Image}}
	}
	known := r.of[at]
	if len(known) > 1 {
		before = known[len(known)-2]
	}
	return known[len(known)-1], before
}

// peek is last without a start.
func (r *runs) peek(pod *core.Pod, container string) (now, before run) {
	r.lock.Lock()
	defer r.lock.Unlock()
	known := r.of[key{pod.UID, container}]
	if len(known) > 1 {
		before = known[len(known)-2]
	}
	if len(known) > 0 {
		now = known[len(known)-1]
	}
	return now, before
}

// end ends a run, and begins another one if it should.
func (r *runs) end(pod *core.Pod, container string, code int, again bool) {
	r.lock.Lock()
	defer r.lock.Unlock()
	at := key{pod.UID, container}
	known := r.of[at]
	if len(known) == 0 || !known[len(known)-1].ended.IsZero() {
		return
	}
	last := &known[len(known)-1]
	last.ended, last.exitCode = time.Now(), code
	if again {
		known = append(known, run{number: last.number + 1, started: time.Now(), name: last.name, image: last.image})
	}
	if len(known) > 2 {
		known = known[len(known)-2:]
	}
	r.of[at] = known
}

func (r *runs) forget(pod types.UID) {
	r.lock.Lock()
	defer r.lock.Unlock()
	for at := range r.of {
		if at.pod == pod {
			delete(r.of, at)
		}
	}
}

// A line is one of a log.
type line struct {
	at   time.Time
	text string
}

// lines returns what a run has written until a moment: that it began, and then a line each second.
func (r run) lines(until time.Time) []line {
	found := []line{{r.started, fmt.Sprintf("%s begins, run %d of %s", r.name, r.number, r.image)}}
	if !r.ended.IsZero() && r.ended.Before(until) {
		until = r.ended
	}
	for number := 1; ; number++ {
		at := r.started.Add(time.Duration(number) * tick)
		if at.After(until) {
			break
		}
		found = append(found, line{at, fmt.Sprintf("%s line %d", r.name, number)})
	}
	if !r.ended.IsZero() {
		found = append(found, line{r.ended, fmt.Sprintf("%s ends with %d", r.name, r.exitCode)})
	}
	return found
}
