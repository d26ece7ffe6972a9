// Package mail sends mails (邮件) through the SMTP server that the operator names.
package mail

import (
	"bytes"
	"context"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"guildhall/internal/fault"
)

// SMTP is a server that sends mails for us.
type SMTP struct {
	from    string
	host    string
	options []gomail.Option
}

// New reads a server's address: smtp://user:password@host:587?from=a@b (with
// STARTTLS where the server offers it) or smtps://… (TLS from the start).
func New(address string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.Query().Get("from") == "" {
		return nil, fault.Invalid.New("app.smtp")
	}
	m := &SMTP{from: u.Query().Get("from"), host: u.Hostname()}
	m.options = append(m.options, gomail.WithTimeout(30*time.Second))
	if u.Scheme == "smtps" {
		m.options = append(m.options, gomail.WithSSLPort(false))
	} else {
		m.options = append(m.options, gomail.WithTLSPortPolicy(gomail.TLSOpportunistic))
	}
	if port, err := strconv.Atoi(u.Port()); err == nil {
		m.options = append(m.options, gomail.WithPort(port))
	}
	if user := u.User.Username(); user != "" {
		password, _ := u.User.Password()
		m.options = append(m.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(user), gomail.WithPassword(password))
	}
	return m, nil
}

// Send sends one mail of plain text.
func (m *SMTP) Send(ctx context.Context, to, subject, words string) error {
	return m.SendWith(ctx, to, subject, words, "", "", nil)
}

// SendWith sends one mail of plain text with a file beside it, such as a calendar
// entry; without a name there is none.
func (m *SMTP) SendWith(ctx context.Context, to, subject, words, name, kind string, content []byte) error {
	message := gomail.NewMsg()
	if err := message.From(m.from); err != nil {
		return err
	}
	if err := message.To(to); err != nil {
		return err
	}
	message.Subject(subject)
	message.SetBodyString(gomail.TypeTextPlain, words)
	if name != "" {
		err := message.AttachReader(name, bytes.NewReader(content), gomail.WithFileContentType(gomail.ContentType(kind)))
		if err != nil {
			return err
		}
	}
	client, err := gomail.NewClient(m.host, m.options...)
	if err != nil {
		return err
	}
	return client.DialAndSendWithContext(ctx, message)
}
