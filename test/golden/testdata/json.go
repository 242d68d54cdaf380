// Package encoding/json in both directions.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

type Address struct {
	Street string `json:"street"`
	Zip    string `json:"zip,omitempty"`
}

type Color int

func (c Color) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "#%06x", int(c)), nil }

func (c *Color) UnmarshalText(b []byte) error {
	_, err := fmt.Sscanf(string(b), "#%06x", (*int)(c))
	return err
}

type Person struct {
	Name    string            `json:"name"`
	Age     int               `json:"age"`
	Emails  []string          `json:"emails"`
	Home    *Address          `json:"home,omitempty"`
	Tags    map[string]any    `json:"tags"`
	Color   Color             `json:"color"`
	Born    time.Time         `json:"born"`
	Scores  [3]float64        `json:"scores"`
	Raw     json.RawMessage   `json:"raw"`
	ByColor map[Color]string  `json:"by_color"`
	Labels  map[string]string `json:"-"`
	private int
	Embedded
}

type Embedded struct {
	ID     int64 `json:"id,string"`
	Active bool
}

func main() {
	p := Person{
		Name: "Ada <Lovelace> \u2028", Age: 36, Emails: []string{"ada@example.com"},
		Home: &Address{"Main & 1st", ""}, Tags: map[string]any{"z": 1, "a": []int{1, 2}, "m": nil},
		Color: 0xff8800, Born: time.Date(1815, 12, 10, 1, 2, 3, 4000, time.UTC),
		Scores: [3]float64{1, 2.5, 1e-9}, Raw: json.RawMessage(`{"x": [1, 2]}`),
		ByColor: map[Color]string{0x0000ff: "blue", 0xff0000: "red"}, Embedded: Embedded{1 << 60, true},
	}
	out, err := json.Marshal(p)
	fmt.Println(string(out), err)
	out, _ = json.MarshalIndent(map[string]any{"b": []any{1, "x", nil, true}, "a": map[string]int{}}, ">", "  ")
	fmt.Println(string(out))

	var q Person
	if err := json.Unmarshal(mustMarshal(p), &q); err != nil {
		fmt.Println("error:", err)
	}
	fmt.Println(q.Name == p.Name, q.Home.Street, q.Color == p.Color, q.ID, q.Scores, q.Born.Equal(p.Born), q.ByColor, string(q.Raw))

	var v any
	json.Unmarshal([]byte(`{"a":[1,2.5,"s",null,true,{"k":-1e3}],"ü":"\u00fc\ud83d\ude00"}`), &v)
	fmt.Println(v)

	for _, bad := range []string{`{"a":}`, `[1,2`, `{"name": 5}`, `{"age": "x"}`, `{"age": 1.5}`, `nul`, `"\x"`, ``} {
		var r Person
		err := json.Unmarshal([]byte(bad), &r)
		var syn *json.SyntaxError
		var typ *json.UnmarshalTypeError
		switch {
		case errors.As(err, &syn):
			fmt.Println("syntax", syn.Offset, err)
		case errors.As(err, &typ):
			fmt.Println("type", typ.Field, typ.Offset, err)
		default:
			fmt.Println(err)
		}
	}
	_, err = json.Marshal(math.NaN())
	fmt.Println(err)
	_, err = json.Marshal(map[string]any{"f": func() {}})
	fmt.Println(err)

	dec := json.NewDecoder(strings.NewReader(`{"n": 12345678901234567890} {"n": 2} [`))
	dec.UseNumber()
	for {
		var m map[string]any
		if err := dec.Decode(&m); err != nil {
			fmt.Println(err)
			break
		}
		fmt.Printf("%v %T\n", m, m["n"])
	}
	dec = json.NewDecoder(strings.NewReader(`{"name":"x","nope":1}`))
	dec.DisallowUnknownFields()
	fmt.Println(dec.Decode(&q))
	var buf bytes.Buffer
	json.Compact(&buf, []byte("{ \"a\" : [ 1 , 2 ] }"))
	json.HTMLEscape(&buf, []byte(`"<b>"`))
	fmt.Println(buf.String(), json.Valid([]byte("[]")), json.Valid([]byte("[")))
}

func mustMarshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
