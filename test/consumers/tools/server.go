// A program to be profiled: works for some seconds and answers for
// net/http/pprof meanwhile.  server ADDRESS SECONDS
package main

import (
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"runtime"
	"sort"
	"strconv"
	"sync"
	"time"
)

var keep [][]int

//go:noinline
func allocateAndSort(n int) []int {
	numbers := make([]int, n)
	for i := range numbers {
		numbers[i] = (i * 7919) % n
	}
	sort.Ints(numbers)
	return numbers
}

func main() {
	seconds, _ := strconv.Atoi(os.Args[2])
	runtime.SetMutexProfileFraction(1)
	runtime.MemProfileRate = 4096
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		panic(err)
	}
	go http.Serve(listener, nil)
	var lock sync.Mutex
	for i := 0; i < 2; i++ {
		go func() {
			for {
				lock.Lock()
				keep = append(keep[max(0, len(keep)-50):], allocateAndSort(20000))
				lock.Unlock()
			}
		}()
	}
	time.Sleep(time.Duration(seconds) * time.Second)
}

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}
