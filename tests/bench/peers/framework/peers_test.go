// What bench-peers measures as the test of a user of e2e-framework: install, ready, MAILS in, pod deleted, ready, MAILS out, uninstall,
// with the framework's own waits and their defaults.
package framework

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"net/smtp"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap"
	"github.com/emersion/go-imap/client"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/e2e-framework/klient/k8s/resources"
	"sigs.k8s.io/e2e-framework/klient/wait"
	"sigs.k8s.io/e2e-framework/klient/wait/conditions"
	"sigs.k8s.io/e2e-framework/pkg/env"
	"sigs.k8s.io/e2e-framework/pkg/envconf"
	"sigs.k8s.io/e2e-framework/pkg/envfuncs"
	"sigs.k8s.io/e2e-framework/pkg/features"
	"sigs.k8s.io/e2e-framework/third_party/helm"
)

const (
	release  = "stalwart"
	sender   = "sender@example.org"
	receiver = "receiver@example.org"
	password = "a-user-password"
)

var (
	testenv   env.Environment
	namespace = os.Getenv("NAMESPACE")
	// The server's certificate is one of its own.
	anyCertificate = &tls.Config{InsecureSkipVerify: true} //nolint:gosec
)

func TestMain(m *testing.M) {
	testenv = env.NewWithConfig(envconf.NewWithKubeConfig(os.Getenv("KUBECONFIG")).WithNamespace(namespace))
	testenv.Setup(envfuncs.CreateNamespace(namespace))
	testenv.Finish(envfuncs.DeleteNamespace(namespace))
	os.Exit(testenv.Run(m))
}

func local(port string) string { return "127.0.0.1:" + os.Getenv(port) }

func mails() int {
	count, err := strconv.Atoi(os.Getenv("MAILS"))
	if err != nil {
		panic(err)
	}
	return count
}

func principal(body map[string]any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPost, "http://"+local("HTTP_PORT")+"/api/principal", bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.SetBasicAuth("admin", os.Getenv("ADMIN_PASSWORD"))
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("principal: %s", answer.Status)
	}
	return nil
}

func account(address string) map[string]any {
	return map[string]any{"type": "individual", "name": address, "secrets": []string{password}, "emails": []string{address}, "roles": []string{"user"}}
}

func send(number int) error {
	connection, err := smtp.Dial(local("SUBMISSION_PORT"))
	if err != nil {
		return err
	}
	defer connection.Close()
	if err := connection.StartTLS(anyCertificate); err != nil {
		return err
	}
	if err := connection.Auth(smtp.PlainAuth("", sender, password, "127.0.0.1")); err != nil {
		return err
	}
	if err := connection.Mail(sender); err != nil {
		return err
	}
	if err := connection.Rcpt(receiver); err != nil {
		return err
	}
	data, err := connection.Data()
	if err != nil {
		return err
	}
	fmt.Fprintf(data, "From: <%s>\r\nTo: <%s>\r\nSubject: mail %d\r\n\r\nbody of mail %d\r\n", sender, receiver, number, number)
	if err := data.Close(); err != nil {
		return err
	}
	return connection.Quit()
}

func found() (int, error) {
	connection, err := client.DialTLS(local("IMAPS_PORT"), anyCertificate)
	if err != nil {
		return 0, err
	}
	defer connection.Logout() //nolint:errcheck
	if err := connection.Login(receiver, password); err != nil {
		return 0, err
	}
	box, err := connection.Select("INBOX", true)
	if err != nil {
		return 0, err
	}
	if box.Messages == 0 {
		return 0, nil
	}
	all := new(imap.SeqSet)
	all.AddRange(1, box.Messages)
	section := &imap.BodySectionName{Peek: true}
	messages := make(chan *imap.Message, 10)
	done := make(chan error, 1)
	go func() { done <- connection.Fetch(all, []imap.FetchItem{section.FetchItem()}, messages) }()
	whole := 0
	for message := range messages {
		var text bytes.Buffer
		if _, err := text.ReadFrom(message.GetBody(section)); err != nil {
			return 0, err
		}
		if strings.Contains(text.String(), "body of mail ") {
			whole++
		}
	}
	return whole, <-done
}

func available(cfg *envconf.Config) error {
	deployment := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: release, Namespace: namespace}}
	return wait.For(conditions.New(cfg.Client().Resources()).DeploymentAvailable(deployment.Name, deployment.Namespace), wait.WithTimeout(5*time.Minute))
}

func TestMailSurvivesItsPod(t *testing.T) {
	feature := features.New("mail").
		Setup(func(ctx context.Context, t *testing.T, cfg *envconf.Config) context.Context {
			manager := helm.New(cfg.KubeconfigFile()).WithPath(os.Getenv("HELM"))
			if err := manager.RunInstall(helm.WithName(release), helm.WithNamespace(namespace), helm.WithChart(os.Getenv("CHART")),
				helm.WithArgs("--values", os.Getenv("VALUES")), helm.WithWait(), helm.WithTimeout("5m")); err != nil {
				t.Fatal(err)
			}
			if err := available(cfg); err != nil {
				t.Fatal(err)
			}
			for _, body := range []map[string]any{{"type": "domain", "name": "example.org"}, account(sender), account(receiver)} {
				if err := principal(body); err != nil {
					t.Fatal(err)
				}
			}
			return ctx
		}).
		Assess("mails are taken", func(ctx context.Context, t *testing.T, cfg *envconf.Config) context.Context {
			for number := 1; number <= mails(); number++ {
				if err := send(number); err != nil {
					t.Fatal(err)
				}
			}
			return ctx
		}).
		Assess("the pod comes back", func(ctx context.Context, t *testing.T, cfg *envconf.Config) context.Context {
			var pods corev1.PodList
			where := resources.WithLabelSelector("app.kubernetes.io/instance=" + release)
			if err := cfg.Client().Resources(namespace).List(ctx, &pods, where); err != nil || len(pods.Items) == 0 {
				t.Fatal("no pod", err)
			}
			if err := cfg.Client().Resources().Delete(ctx, &pods.Items[0]); err != nil {
				t.Fatal(err)
			}
			if err := wait.For(conditions.New(cfg.Client().Resources()).ResourceDeleted(&pods.Items[0]), wait.WithTimeout(5*time.Minute)); err != nil {
				t.Fatal(err)
			}
			if err := available(cfg); err != nil {
				t.Fatal(err)
			}
			return ctx
		}).
		Assess("mails are there", func(ctx context.Context, t *testing.T, cfg *envconf.Config) context.Context {
			whole := 0
			err := wait.For(func(context.Context) (bool, error) {
				var err error
				whole, err = found()
				return err == nil, nil
			}, wait.WithTimeout(time.Minute), wait.WithImmediate())
			if err != nil || whole != mails() {
				t.Fatalf("%d of %d mails are there: %v", whole, mails(), err)
			}
			return ctx
		}).
		Teardown(func(ctx context.Context, t *testing.T, cfg *envconf.Config) context.Context {
			manager := helm.New(cfg.KubeconfigFile()).WithPath(os.Getenv("HELM"))
			if err := manager.RunUninstall(helm.WithReleaseName(release), helm.WithNamespace(namespace), helm.WithWait(), helm.WithTimeout("5m")); err != nil {
				t.Fatal(err)
			}
			return ctx
		}).Feature()
	testenv.Test(t, feature)
}
