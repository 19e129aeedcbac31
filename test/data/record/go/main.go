// gowork keeps one process busy with varied work of the standard library and
// writes a CPU and a heap profile of itself.
//
//	gowork -goroot DIR -seconds 30 -cpu cpu.pb.gz -heap heap.pb.gz
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/build"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"log"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/pprof"
	"sort"
	"strings"
	"sync"
	"text/template"
	"time"
)

// declaration is what is collected of every Go declaration seen.
type declaration struct {
	Package string            `json:"package"`
	Name    string            `json:"name"`
	Kind    string            `json:"kind"`
	Doc     string            `json:"doc,omitempty"`
	Words   map[string]int    `json:"words,omitempty"`
	Nested  []declaration     `json:"nested,omitempty"`
	Extra   map[string]string `json:"extra,omitempty"`
}

var (
	packages = []string{"go/types", "net/http", "encoding/json", "text/template", "compress/flate",
		"regexp/syntax", "database/sql", "math/big", "go/printer", "image/png"}
	identifier = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)
	sentence   = regexp.MustCompile(`(?i)\b(returns?|reports?|panics?)\s+(.{3,60}?)[.\n]`)
	keep       []declaration // stays in use until the heap profile is written
)

// check type-checks a package and all it imports from source.
func check(path string) {
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "source", nil)
	pkg, err := imp.Import(path)
	if err != nil {
		log.Printf("%s: %v", path, err)
		return
	}
	names := pkg.Scope().Names()
	sort.Slice(names, func(i, j int) bool { return len(names[i]) < len(names[j]) })
	for _, name := range names {
		obj := pkg.Scope().Lookup(name)
		if t, ok := obj.Type().(*types.Named); ok {
			for i := 0; i < types.NewMethodSet(types.NewPointer(t)).Len(); i++ {
				_ = types.ObjectString(obj, types.RelativeTo(pkg))
			}
		}
	}
}

// collect parses a directory and describes its declarations.
func collect(root, path string) []declaration {
	fset := token.NewFileSet()
	files, _ := filepath.Glob(filepath.Join(root, "src", path, "*.go"))
	var found []declaration
	for _, name := range files {
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			continue
		}
		var out bytes.Buffer
		if err := format.Node(&out, fset, file); err == nil {
			_ = sha256.Sum256(out.Bytes())
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch d := n.(type) {
			case *ast.FuncDecl:
				found = append(found, describe(path, d.Name.Name, "func", d.Doc.Text()))
			case *ast.GenDecl:
				outer := describe(path, d.Tok.String(), "gen", d.Doc.Text())
				for _, s := range d.Specs {
					if t, ok := s.(*ast.TypeSpec); ok {
						outer.Nested = append(outer.Nested, describe(path, t.Name.Name, "type", t.Doc.Text()))
					}
				}
				found = append(found, outer)
			}
			return true
		})
	}
	return found
}

func describe(path, name, kind, doc string) declaration {
	d := declaration{Package: path, Name: name, Kind: kind, Doc: doc, Words: map[string]int{}}
	for _, w := range identifier.FindAllString(doc, -1) {
		d.Words[strings.ToLower(w)]++
	}
	if m := sentence.FindStringSubmatch(doc); m != nil {
		d.Extra = map[string]string{m[1]: sentence.ReplaceAllString(m[0], "<$1|$2>")}
	}
	return d
}

func roundTrip(in []declaration) []byte {
	text, err := json.MarshalIndent(in, "", " ")
	if err != nil {
		log.Fatal(err)
	}
	var typed []declaration
	if err := json.Unmarshal(text, &typed); err != nil {
		log.Fatal(err)
	}
	var generic interface{}
	if err := json.Unmarshal(text, &generic); err != nil {
		log.Fatal(err)
	}
	if len(keep) < 20000 {
		keep = append(keep, typed...)
	}
	return text
}

func squeeze(text []byte) {
	for _, level := range []int{1, 6, 9} {
		var out bytes.Buffer
		w, _ := gzip.NewWriterLevel(&out, level)
		w.Write(text)
		w.Close()
		r, err := gzip.NewReader(&out)
		if err != nil {
			log.Fatal(err)
		}
		io.Copy(io.Discard, r)
	}
	_ = base64.StdEncoding.EncodeToString(text)
}

var page = template.Must(template.New("page").Funcs(template.FuncMap{"upper": strings.ToUpper}).Parse(
	`{{define "one"}}<li>{{.Name | upper | printf "%-20s"}} {{range $k, $v := .Words}}{{if gt $v 1}}{{$k}}={{$v}} {{end}}{{end}}` +
		`{{range .Nested}}{{template "one" .}}{{end}}</li>{{end}}{{range .}}{{template "one" .}}{{html .Doc}}{{end}}`))

func count(in []declaration) {
	total := map[string]int{}
	for _, d := range in {
		for w, n := range d.Words {
			total[w] += n
		}
	}
	type pair struct {
		word string
		n    int
	}
	pairs := make([]pair, 0, len(total))
	for w, n := range total {
		pairs = append(pairs, pair{w, n})
	}
	sort.Slice(pairs, func(i, j int) bool {
		return pairs[i].n > pairs[j].n || pairs[i].n == pairs[j].n && pairs[i].word < pairs[j].word
	})
	sort.SliceStable(in, func(i, j int) bool { return in[i].Name < in[j].Name })
}

func ackermann(m, n int) int {
	switch {
	case m == 0:
		return n + 1
	case n == 0:
		return ackermann(m-1, 1)
	}
	return ackermann(m-1, ackermann(m, n-1))
}

func numbers() {
	ackermann(2, 40)
	f := big.NewInt(1)
	for i := int64(1); i < 600; i++ {
		f.Mul(f, big.NewInt(i))
	}
	_ = f.String()
	big.NewInt(0).ProbablyPrime(5)
	new(big.Int).Exp(big.NewInt(3), f, big.NewInt(1000000007))
}

func main() {
	root := flag.String("goroot", "", "GOROOT to read")
	seconds := flag.Int("seconds", 30, "how long")
	cpu := flag.String("cpu", "cpu.pb.gz", "CPU profile")
	heap := flag.String("heap", "heap.pb.gz", "heap profile")
	flag.Parse()
	build.Default.GOROOT = *root
	build.Default.CgoEnabled = false
	runtime.MemProfileRate = 128 << 10
	runtime.GOMAXPROCS(2)

	f, err := os.Create(*cpu)
	if err != nil {
		log.Fatal(err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		log.Fatal(err)
	}
	end := time.Now().Add(time.Duration(*seconds) * time.Second)
	for i := 0; time.Now().Before(end); i++ {
		path := packages[i%len(packages)]
		found := collect(*root, path)
		var wg sync.WaitGroup
		wg.Add(1)
		go func() {
			defer wg.Done()
			squeeze(roundTrip(found))
		}()
		numbers()
		if i%2 == 0 {
			check(path)
		}
		if err := page.Execute(io.Discard, found); err != nil {
			log.Fatal(err)
		}
		wg.Wait()
		count(found)
		time.Sleep(150 * time.Millisecond)
	}
	pprof.StopCPUProfile()
	f.Close()

	runtime.GC()
	h, err := os.Create(*heap)
	if err != nil {
		log.Fatal(err)
	}
	if err := pprof.WriteHeapProfile(h); err != nil {
		log.Fatal(err)
	}
	h.Close()
	fmt.Println(len(keep), "declarations kept")
}
