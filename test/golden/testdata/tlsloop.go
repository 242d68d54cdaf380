// TLS over the loopback interface with a certificate made on the spot.
package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"time"
)

func certificate(key any, pub any) (tls.Certificate, *x509.CertPool) {
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "loop"}, DNSNames: []string{"loop.test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, pub, key)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

func exchange(cert tls.Certificate, client *tls.Config) {
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{"echo"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		io.Copy(c, c)
	}()
	d := &net.Dialer{Timeout: 10 * time.Second}
	c, err := tls.DialWithDialer(d, "tcp", l.Addr().String(), client)
	if err != nil {
		fmt.Println("dial:", err)
		return
	}
	msg := make([]byte, 100_000)
	for i := range msg {
		msg[i] = byte(i * 7)
	}
	go c.Write(msg)
	back := make([]byte, len(msg))
	n, err := io.ReadFull(c, back)
	st := c.ConnectionState()
	fmt.Println(n, err, string(back) == string(msg), tls.VersionName(st.Version), st.NegotiatedProtocol, st.PeerCertificates[0].Subject)
	c.Close()
}

func main() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	cert, pool := certificate(key, key.Public())
	exchange(cert, &tls.Config{RootCAs: pool, ServerName: "loop.test", NextProtos: []string{"echo"}})
	exchange(cert, &tls.Config{RootCAs: pool, ServerName: "loop.test", MaxVersion: tls.VersionTLS12})
	exchange(cert, &tls.Config{RootCAs: pool, ServerName: "other.test"})
	exchange(cert, &tls.Config{ServerName: "loop.test", RootCAs: x509.NewCertPool()})
	pub, priv, _ := ed25519.GenerateKey(rand.Reader)
	cert, pool = certificate(priv, pub)
	exchange(cert, &tls.Config{RootCAs: pool, ServerName: "loop.test"})
}
