// Judges a copy of edno's exchange log with the packages that the go command itself verifies checksums with.
//
//	go run log-judge.go FOLDER VKEY-FILE OLD-CHECKPOINT RECEIPT ENTRY
//
// Everything is derived from the entries and compared with what lies there. tlog.TileHashReader is not used: before x/mod 0.40.0 it
// takes some tiles without comparing them with their parents.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8
const width = 1 << height

func refuse(what string, err error) {
	if err != nil {
		fmt.Printf("refused: %s: %v\n", what, err)
		os.Exit(1)
	}
}

func demand(what string, holds bool) {
	if !holds {
		fmt.Printf("refused: %s\n", what)
		os.Exit(1)
	}
}

func read(path string) []byte {
	octets, err := os.ReadFile(path)
	refuse("read", err)
	return octets
}

// head opens a signed note and reads its three lines; tlog.ParseTree wants Go's own first line.
func head(octets []byte, key note.Verifier) tlog.Tree {
	opened, err := note.Open(octets, note.VerifierList(key))
	refuse("signature of the head", err)
	lines := strings.Split(opened.Text, "\n")
	demand("three lines of the head", len(lines) == 4 && lines[3] == "" && lines[0] == key.Name())
	size, err := strconv.ParseInt(lines[1], 10, 64)
	refuse("size of the head", err)
	root, err := tlog.ParseHash(lines[2])
	refuse("root of the head", err)
	return tlog.Tree{N: size, Hash: root}
}

// hashes holds every hash of the tree in the order in which tlog stores them.
type hashes []tlog.Hash

func (all hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(all)) {
			return nil, fmt.Errorf("hash %d is not derived", index)
		}
		found[i] = all[index]
	}
	return found, nil
}

// place is where tlog-tiles keeps a tile; tlog.Tile.Path carries the height too.
func place(folder, kind string, tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/%d/", height, tile.L))
	return filepath.Join(folder, "tile", kind, path)
}

func widthAt(size, number int64) int {
	if left := size - number*width; left < width {
		return int(left)
	}
	return width
}

func derive(folder string, size int64) hashes {
	var all hashes
	for number := int64(0); number*width < size; number++ {
		tile := tlog.Tile{H: height, L: 0, N: number, W: widthAt(size, number)}
		bundle := read(place(folder, "entries", tile))
		for i := 0; i < tile.W; i++ {
			demand("length of an entry", len(bundle) >= 2)
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			demand("whole entry", len(bundle) >= end)
			added, err := tlog.StoredHashes(number*width+int64(i), bundle[2:end], all)
			refuse("hashes of an entry", err)
			all, bundle = append(all, added...), bundle[end:]
		}
		demand("nothing after the last entry", len(bundle) == 0)
	}
	return all
}

func compareTiles(folder string, size int64, all hashes) int {
	count := 0
	for level, left := 0, size; left > 0; level, left = level+1, left/width {
		for number := int64(0); number*width < left; number++ {
			tile := tlog.Tile{H: height, L: level, N: number, W: widthAt(left, number)}
			derived, err := tlog.ReadTileData(tile, all)
			refuse("derived tile", err)
			demand("tile "+tile.Path(), bytes.Equal(derived, read(place(folder, strconv.Itoa(level), tile))))
			count++
		}
	}
	return count
}

func receipt(octets, entry []byte, key note.Verifier) (int64, tlog.Tree) {
	before, checkpoint, found := strings.Cut(string(octets), "\n\n")
	lines := strings.Split(before, "\n")
	demand("form of the receipt", found && len(lines) >= 2 && lines[0] == "c2sp.org/tlog-proof@v1")
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	refuse("index of the receipt", err)
	path := tlog.RecordProof{}
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		refuse("hash of the receipt", err)
		path = append(path, hash)
	}
	tree := head([]byte(checkpoint), key)
	refuse("inclusion", tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(entry)))
	return index, tree
}

func main() {
	folder := os.Args[1]
	key, err := note.NewVerifier(strings.TrimSpace(string(read(os.Args[2]))))
	refuse("key", err)
	tree := head(read(filepath.Join(folder, "checkpoint")), key)
	all := derive(folder, tree.N)
	root, err := tlog.TreeHash(tree.N, all)
	refuse("root", err)
	demand("entries give the signed root", root == tree.Hash)
	fmt.Println("entries", tree.N)
	fmt.Println("tiles", compareTiles(folder, tree.N, all))
	old := head(read(os.Args[3]), key)
	proof, err := tlog.ProveTree(tree.N, old.N, all)
	refuse("consistency", err)
	refuse("consistency", tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash))
	fmt.Println("continues", old.N)
	index, of := receipt(read(os.Args[4]), read(os.Args[5]), key)
	proof, err = tlog.ProveTree(tree.N, of.N, all)
	refuse("consistency with the receipt", err)
	refuse("consistency with the receipt", tlog.CheckTree(proof, tree.N, tree.Hash, of.N, of.Hash))
	fmt.Println("receipt", index)
}
