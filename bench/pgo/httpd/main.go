// Command httpd serves requests of an HTTP API without a network.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"

	"strata/bench/pgo/internal/load"
)

type user struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

func logged(h http.Handler, hits *int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*hits++
		w.Header().Set("X-Request", strconv.Itoa(len(r.URL.Path)))
		h.ServeHTTP(w, r)
	})
}

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) {
		id, err := strconv.Atoi(r.PathValue("id"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(user{id, "user" + strconv.Itoa(id)})
	})
	mux.HandleFunc("POST /users", func(w http.ResponseWriter, r *http.Request) {
		var u user
		if err := json.NewDecoder(r.Body).Decode(&u); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, "created %d %s\n", u.ID, u.Name)
	})
	hits := 0
	h := logged(mux, &hits)
	load.Run(100, func() string {
		n := 0
		for i := range 100 {
			w := httptest.NewRecorder()
			if i%3 == 0 {
				h.ServeHTTP(w, httptest.NewRequest("POST", "/users", strings.NewReader(`{"id": 7, "name": "someone"}`)))
			} else {
				h.ServeHTTP(w, httptest.NewRequest("GET", "/users/"+strconv.Itoa(i), nil))
			}
			n += w.Body.Len() + w.Code
		}
		return strconv.Itoa(n)
	})
}
