// A web server and its client over the loopback interface.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"sort"
	"strings"
	"sync"
	"time"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello/{name}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "hello %s from %s", r.PathValue("name"), r.Method)
	})
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		var v map[string]any
		if err := json.NewDecoder(r.Body).Decode(&v); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("X-Len", fmt.Sprint(len(v)))
		json.NewEncoder(w).Encode(v)
	})
	mux.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) {
		for i := range 3 {
			fmt.Fprintf(w, "chunk %d\n", i)
			w.(http.Flusher).Flush()
		}
	})
	mux.HandleFunc("/cookie", func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("n"); err == nil {
			fmt.Fprint(w, "cookie ", c.Value)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "n", Value: "42", Path: "/"})
	})
	mux.Handle("/go", http.RedirectHandler("/hello/redirected", http.StatusFound))
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/panic", func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	srv := &http.Server{Handler: mux}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	base := "http://" + l.Addr().String()
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar, Timeout: 10 * time.Second}

	show := func(r *http.Response, err error) {
		if err != nil {
			fmt.Println("error:", strings.ReplaceAll(err.Error(), base, "BASE"))
			return
		}
		defer r.Body.Close()
		b, err := io.ReadAll(r.Body)
		fmt.Printf("%s %q %v %s\n", r.Status, b, err, r.Header.Get("X-Len"))
	}
	show(c.Get(base + "/hello/gopher"))
	show(c.Post(base+"/hello/x", "text/plain", nil))
	show(c.Post(base+"/echo", "application/json", strings.NewReader(`{"b":[1,2],"a":"x"}`)))
	show(c.Post(base+"/echo", "application/json", strings.NewReader(`{`)))
	show(c.Get(base + "/stream"))
	show(c.Get(base + "/cookie"))
	show(c.Get(base + "/cookie"))
	show(c.Get(base + "/go"))
	show(c.Get(base + "/missing"))
	show(c.PostForm(base+"/echo", url.Values{"k": {"v"}}))
	_, err = c.Get(base + "/panic")
	fmt.Println(err != nil)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	req, _ := http.NewRequestWithContext(ctx, "GET", base+"/slow", nil)
	_, err = c.Do(req)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	cancel()

	var wg sync.WaitGroup
	var mu sync.Mutex
	var got []string
	for i := range 40 {
		wg.Go(func() {
			r, err := c.Get(fmt.Sprintf("%s/hello/c%02d", base, i))
			if err != nil {
				panic(err)
			}
			defer r.Body.Close()
			line, _ := bufio.NewReader(r.Body).ReadString('\n')
			mu.Lock()
			got = append(got, line)
			mu.Unlock()
		})
	}
	wg.Wait()
	sort.Strings(got)
	fmt.Println(len(got), got[0], got[39])
	fmt.Println(srv.Shutdown(context.Background()), <-done)
	_, err = c.Get(base + "/hello/late")
	fmt.Println(err != nil)
}
