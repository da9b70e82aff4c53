"""A certificate authority, a server's and a client's certificate, and the kubeconfig that goes with them."""
import base64
import subprocess


def make_certificates(folder):
    """ca.pem, server.pem, client.pem and their .key files in `folder`; the server is 127.0.0.1."""
    def openssl(*args):
        subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *key, "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem")
    for name in "server", "client":
        (folder / f"{name}.ext").write_text("subjectAltName=IP:127.0.0.1\n")
        openssl("req", *key, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-extfile", f"{name}.ext", "-out", f"{name}.pem")


def kubeconfig(folder, port):
    """Its text, for the API on 127.0.0.1:port, out of the files of make_certificates."""
    encoded = {name: base64.b64encode((folder / name).read_bytes()).decode() for name in ("ca.pem", "client.pem", "client.key")}
    return (f"apiVersion: v1\nkind: Config\nclusters: [{{name: k, cluster: {{server: 'https://127.0.0.1:{port}', "
            f"certificate-authority-data: {encoded['ca.pem']}}}}}]\n"
            f"users: [{{name: k, user: {{client-certificate-data: {encoded['client.pem']}, client-key-data: {encoded['client.key']}}}}}]\n")
