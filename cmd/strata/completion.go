package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"strata/internal/design"
)

var cmdCompletion = &command{
	name:  "completion",
	args:  "bash|zsh|fish",
	short: "print a script that completes command lines in a shell",
	long: `Completion prints a script for a shell, to be read where the shell starts:

	bash    source <(strata completion bash)
	zsh     source <(strata completion zsh)
	fish    strata completion fish | source`,
	run: runCompletion,
}

func runCompletion(c *command, args []string) int {
	if len(args) != 1 || shells[args[0]] == nil {
		complain(c, fmt.Errorf("strata completion: name a shell: bash, zsh or fish"))
		return 2
	}
	shells[args[0]](os.Stdout.WriteString)
	return 0
}

var shells = map[string]func(print func(string) (int, error)){"bash": completeBash, "zsh": completeZsh, "fish": completeFish}

// building are the commands that take build flags.
var building = []string{"build", "install", "run", "test"}

// buildWords are the build flags with their dashes.
func buildWords() []string {
	fs := flag.NewFlagSet("build", flag.ContinueOnError)
	b := new(buildFlags)
	b.register(fs)
	b.cover.register(fs)
	fs.String("o", "", "")
	var words []string
	fs.VisitAll(func(f *flag.Flag) { words = append(words, "-"+f.Name) })
	return words
}

// valueWords are the values of flags that have few.
func valueWords() map[string][]string {
	values := map[string][]string{"buildmode": {"exe", "default"}, "buildvcs": {"auto", "true", "false"}, "covermode": {"set", "count", "atomic"}, "mod": {"readonly", "vendor", "mod"}}
	for _, d := range design.Dimensions {
		for _, v := range d.Variants {
			values[d.Name] = append(values[d.Name], v.Name)
		}
	}
	for _, e := range design.Eras() {
		values["era"] = append(values["era"], e.Name)
	}
	return values
}

func commandWords() []string {
	var names []string
	for _, c := range commands {
		names = append(names, c.name)
	}
	return names
}

func sortedKeys(m map[string][]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func completeBash(print func(string) (int, error)) {
	values := valueWords()
	print("_strata() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} line=${COMP_LINE:0:COMP_POINT}\n\tlocal word=${line##*[[:space:]]}\n")
	print("\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\tCOMPREPLY=($(compgen -W '" + strings.Join(commandWords(), " ") + "' -- \"$cur\"))\n\t\treturn\n\tfi\n")
	print("\tcase $word in\n")
	for _, name := range sortedKeys(values) {
		print("\t-" + name + "=*) COMPREPLY=($(compgen -W '" + strings.Join(values[name], " ") + "' -- \"${word#*=}\")); return ;;\n")
	}
	print("\tesac\n\tcase ${COMP_WORDS[1]} in\n\t" + strings.Join(building, "|") + ")\n")
	print("\t\tif [[ $cur == -* ]]; then\n\t\t\tCOMPREPLY=($(compgen -W '" + strings.Join(buildWords(), " ") + "' -- \"$cur\"))\n\t\t\treturn\n\t\tfi ;;\n")
	print("\thelp) COMPREPLY=($(compgen -W '" + strings.Join(append(commandWords(), topicWords()...), " ") + "' -- \"$cur\")); return ;;\n")
	print("\tesac\n\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n}\ncomplete -o filenames -F _strata strata\n")
}

func completeZsh(print func(string) (int, error)) {
	print("#compdef strata\n")
	print("autoload -U +X bashcompinit && bashcompinit\n")
	completeBash(print)
}

func completeFish(print func(string) (int, error)) {
	print("complete -c strata -n __fish_use_subcommand -f\n")
	for _, c := range commands {
		print(fmt.Sprintf("complete -c strata -n __fish_use_subcommand -a %s -d '%s'\n", c.name, strings.ReplaceAll(c.short, "'", "\\'")))
	}
	values := valueWords()
	for _, word := range buildWords() {
		rest := ""
		if list := values[word[1:]]; list != nil {
			rest = " -x -a '" + strings.Join(list, " ") + "'"
		}
		print(fmt.Sprintf("complete -c strata -n '__fish_seen_subcommand_from %s' -o %s%s\n", strings.Join(building, " "), word[1:], rest))
	}
}

func topicWords() []string {
	var names []string
	for _, t := range topics {
		names = append(names, t.name)
	}
	return names
}
