package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// writeCredentials writes an authority, the certificates that it signs, the key of service accounts, and a kubeconfig.
func writeCredentials(directory, server string) error {
	folder := credentials{directory: directory}
	authority := folder.certificate("ca", &x509.Certificate{
		Subject: pkix.Name{CommonName: "controlplane"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}, nil)
	folder.certificate("server", &x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		DNSNames:    []string{"localhost", "kubernetes.default.svc"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(10, 96, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, authority)
	folder.certificate("admin", &x509.Certificate{
		Subject:     pkix.Name{CommonName: "admin", Organization: []string{"system:masters"}},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, authority)
	folder.accounts()
	if folder.err != nil {
		return folder.err
	}
	return clientcmd.WriteToFile(api.Config{
		Clusters: map[string]*api.Cluster{"controlplane": {Server: server, CertificateAuthorityData: folder.read("ca.crt")}},
		AuthInfos: map[string]*api.AuthInfo{
			"admin": {ClientCertificateData: folder.read("admin.crt"), ClientKeyData: folder.read("admin.key")},
		},
		Contexts:       map[string]*api.Context{"controlplane": {Cluster: "controlplane", AuthInfo: "admin"}},
		CurrentContext: "controlplane",
	}, filepath.Join(directory, "kubeconfig"))
}

// An issuer is a certificate that signs others.
type issuer struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

// credentials writes files until something fails.
type credentials struct {
	directory string
	err       error
}

// certificate writes NAME.crt and NAME.key; without an issuer it signs itself.
func (c *credentials) certificate(name string, wanted *x509.Certificate, by *issuer) *issuer {
	key := c.key(name + ".key")
	if c.err != nil {
		return nil
	}
	wanted.SerialNumber = big.NewInt(time.Now().UnixNano())
	wanted.NotBefore, wanted.NotAfter = time.Now().Add(-time.Hour), time.Now().AddDate(1, 0, 0)
	if wanted.KeyUsage == 0 {
		wanted.KeyUsage = x509.KeyUsageDigitalSignature
	}
	if by == nil {
		by = &issuer{wanted, key}
	}
	signed, err := x509.CreateCertificate(rand.Reader, wanted, by.certificate, key.Public(), by.key)
	if err != nil {
		c.err = err
		return nil
	}
	c.write(name+".crt", "CERTIFICATE", signed)
	return &issuer{wanted, key}
}

// accounts writes the pair of keys that signs and checks the tokens of service accounts.
func (c *credentials) accounts() {
	key := c.key("accounts.key")
	if c.err != nil {
		return
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		c.err = err
		return
	}
	c.write("accounts.pub", "PUBLIC KEY", public)
}

func (c *credentials) key(name string) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		c.err = err
		return nil
	}
	content, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		c.err = err
		return nil
	}
	c.write(name, "EC PRIVATE KEY", content)
	return key
}

func (c *credentials) write(name, kind string, content []byte) {
	if c.err == nil {
		text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content})
		c.err = os.WriteFile(filepath.Join(c.directory, name), text, 0o600)
	}
}

func (c *credentials) read(name string) []byte {
	content, err := os.ReadFile(filepath.Join(c.directory, name))
	if err != nil && c.err == nil {
		c.err = err
	}
	return content
}
