package io.luhproc.kubernetes.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.kubernetes.access.ClusterAccess.Sources;
import io.luhproc.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubeConfigTest {
  private static final String CONFIG =
      """
      apiVersion: v1
      kind: Config
      current-context: dev
      contexts:
      - name: dev
        context: { cluster: c1, user: u1, namespace: shop }
      - name: prod
        context: { cluster: c2, user: u1 }
      clusters:
      - name: c1
        cluster: { server: "https://10.0.0.1:6443/" }
      - name: c2
        cluster: { server: "https://10.0.0.2:6443", tls-server-name: kubernetes.default }
      users:
      - name: u1
        user:
          USER
      """;

  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();

  private ClusterAccess find(Optional<String> context) {
    return ClusterAccess.find(
        new Sources(
            environment,
            home,
            home.resolve("serviceaccount"),
            context,
            TimeSource.system(),
            Runnable::run));
  }

  private Path write(String name, String text) throws Exception {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private ClusterAccess access(String user) throws Exception {
    write(".kube/config", CONFIG.replace("USER", user));
    return find(Optional.empty());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void currentContextIsUsed() throws Exception {
    ClusterAccess access = access("token: secret-1");
    assertThat(access.server()).hasToString("https://10.0.0.1:6443");
    assertThat(access.namespace()).hasValue("shop");
    assertThat(access.podName()).isEmpty();
    assertThat(access.credentials().current().authorization()).hasValue("Bearer secret-1");
    assertThat(access.toString() + access.credentials().current()).doesNotContain("secret");
  }

  @Test
  void givenContextIsPreferred() throws Exception {
    write(".kube/config", CONFIG.replace("USER", "token: t"));
    ClusterAccess access = find(Optional.of("prod"));
    assertThat(access.server()).hasToString("https://10.0.0.2:6443");
    assertThat(access.trust().serverName()).hasValue("kubernetes.default");
    assertThat(access.namespace()).isEmpty();
  }

  @Test
  void missingNamesAreNamedWithThoseThatExist() throws Exception {
    write(".kube/config", CONFIG.replace("USER", "token: t"));
    assertThatThrownBy(() -> find(Optional.of("test")))
        .isInstanceOf(AccessException.class)
        .hasMessage(
            "cannot use the kubeconfig: there is no context test, only [context dev, context"
                + " prod]");
    write(".kube/config", CONFIG.replace("USER", "token: t").replace("cluster: c1,", ""));
    assertThatThrownBy(() -> find(Optional.empty()))
        .hasMessageContaining("there is no cluster , only [cluster c1, cluster c2]");
  }

  @Test
  void firstFileOfListWinsAndMissingOnesAreSkipped() throws Exception {
    Path first = write("a/config", "current-context: prod\n");
    String later = CONFIG.replace("USER", "tokenFile: token").replace("10.0.0.2", "10.0.0.9");
    Path second = write("b/config", later);
    Files.writeString(second.resolveSibling("token"), "secret-2\n");
    Path third = write("c/config", CONFIG.replace("USER", "token: other"));
    environment.put("KUBECONFIG", first + ":" + home.resolve("none") + "::" + second + ":" + third);
    ClusterAccess access = find(Optional.empty());
    assertThat(access.server()).hasToString("https://10.0.0.9:6443");
    assertThat(access.credentials().current().authorization()).hasValue("Bearer secret-2");
    Files.writeString(second.resolveSibling("token"), "secret-3");
    assertThat(access.credentials().current().authorization()).hasValue("Bearer secret-3");
  }

  @Test
  void missingConfigurationNamesPlacesSearched() {
    assertThatThrownBy(() -> find(Optional.empty()))
        .isInstanceOf(AccessException.class)
        .hasMessage(
            "cannot find a Kubernetes cluster: this is not a pod with a service account, and ["
                + home.resolve(".kube/config")
                + "] does not exist; set KUBECONFIG");
  }

  @Test
  void clientCertificateIsReadFromDataAndFromFiles() throws Exception {
    ClusterAccess data =
        access(
            "{ client-certificate-data: "
                + base64(Keys.read("client.crt"))
                + ", client-key-data: "
                + base64(Keys.read("client-pkcs1.key"))
                + " }");
    Credential credential = data.credentials().current();
    assertThat(credential.authorization()).isEmpty();
    assertThat(credential.key().orElseThrow()).hasToString("ClientKey[CN=worker-lib]");
    write(".kube/certs/c.crt", Keys.read("client-ec.crt"));
    write(".kube/c.key", Keys.read("client-sec1.key"));
    ClusterAccess files = access("{ client-certificate: certs/c.crt, client-key: ./c.key }");
    assertThat(files.credentials().current().key()).isPresent();
  }

  @Test
  void clientCertificateWithoutKeyIsRefused() throws Exception {
    String user = "client-certificate-data: " + base64(Keys.read("client.crt"));
    assertThatThrownBy(() -> access(user))
        .isInstanceOf(AccessException.class)
        .hasMessageContaining("user u1 of ")
        .hasMessageEndingWith("it has a client-certificate, but no client-key");
  }

  @Test
  void passwordIsSentAsBasic() throws Exception {
    Credential credential = access("{ username: admin, password: secret }").credentials().current();
    assertThat(credential.authorization()).hasValue("Basic " + base64("admin:secret"));
  }

  @Test
  void unsupportedSettingsAreRefusedByName() throws Exception {
    assertThatThrownBy(() -> access("auth-provider: { name: gcp }"))
        .hasMessageContaining("auth-provider is not supported; use an exec plugin");
    assertThatThrownBy(() -> access("as: admin")).hasMessageContaining("as is not supported");
    String proxied =
        CONFIG.replace("USER", "token: t").replace("server:", "proxy-url: \"http://p\", server:");
    write(".kube/config", proxied);
    assertThatThrownBy(() -> find(Optional.empty()))
        .hasMessageContaining("proxy-url is not supported; set -Dhttps.proxyHost");
  }

  @Test
  void wrongTypesAreRefusedByNameWithoutTheValue() throws Exception {
    for (String user : new String[] {"token: [secret]", "token: 12345", "token: { a: secret }"}) {
      assertThatThrownBy(() -> access(user))
          .isInstanceOf(AccessException.class)
          .hasMessageEndingWith("token must be a string; put it in quotes")
          .hasMessageNotContainingAny("secret", "12345");
    }
    assertThatThrownBy(() -> access("client-certificate-data: '!secret!'"))
        .hasMessageContaining("client-certificate")
        .hasMessageNotContaining("secret");
  }

  @Test
  void tokenThatBreaksHeaderIsRefused() throws Exception {
    for (String token : new String[] {"a\\r\\nX-Evil: 1", "a b", "ä", "  "}) {
      assertThatThrownBy(() -> access("token: \"" + token + "\"").credentials().current())
          .isInstanceOf(AccessException.class)
          .hasMessageNotContaining("Evil");
    }
  }

  @Test
  void badServerIsRefusedWithoutQuotingIt() throws Exception {
    for (String server :
        new String[] {
          "", "10.0.0.1:6443", "ftp://h", "https://user:secret@h", "https://h?x=secret", "https:// "
        }) {
      String config = CONFIG.replace("USER", "token: t").replace("https://10.0.0.1:6443/", server);
      write(".kube/config", config);
      assertThatThrownBy(() -> find(Optional.empty()))
          .as(server)
          .isInstanceOf(AccessException.class)
          .hasMessageContaining("cannot use the server of cluster c1")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void credentialsAreNotSentWithoutTls() throws Exception {
    String config = CONFIG.replace("USER", "token: t");
    write(".kube/config", config.replace("https://10.0.0.1", "http://10.0.0.1"));
    assertThatThrownBy(() -> find(Optional.empty()))
        .hasMessageContaining("credentials are only sent by https");
    write(".kube/config", config.replace("https://10.0.0.1", "http://127.0.0.1"));
    assertThat(find(Optional.empty()).server()).hasToString("http://127.0.0.1:6443");
  }

  @Test
  void insecureTogetherWithAuthorityIsRefused() throws Exception {
    String config = CONFIG.replace("USER", "token: t");
    String data = base64(Keys.read("ca.crt"));
    write(
        ".kube/config",
        config.replace(
            "cluster: { server:",
            "cluster: { insecure-skip-tls-verify: true, certificate-authority-data: "
                + data
                + ", server:"));
    assertThatThrownBy(() -> find(Optional.empty())).hasMessageEndingWith("; remove one");
  }

  @Test
  void authorityThatIsNoCertificateIsRefused() throws Exception {
    write(".kube/ca.crt", "garbage");
    String config = CONFIG.replace("USER", "token: t");
    write(
        ".kube/config",
        config.replace("cluster: { server:", "cluster: { certificate-authority: ca.crt, server:"));
    assertThatThrownBy(() -> find(Optional.empty()))
        .isInstanceOf(AccessException.class)
        .hasMessageContaining("cluster c1");
  }

  @Test
  void hostileFilesAreRefused() throws Exception {
    Map<String, String> hostile = new HashMap<>();
    hostile.put("a: [secret", "it is not YAML in line");
    hostile.put("- a", "it must be a YAML mapping");
    hostile.put("", "it must be a YAML mapping");
    hostile.put("a: " + "[".repeat(100_000), "nested more than 50 levels deep");
    hostile.put("{a: ".repeat(20_000), "nested more than 50 levels deep");
    hostile.put("a: &a [1]\nb: &b [" + "*a,".repeat(99) + "]", "it is not YAML that can be read");
    hostile.put("x".repeat(TextFile.MAX_BYTES + 1), "it is larger than 1 MiB");
    hostile.put("a: !!java.net.URL [secret]", "it is not YAML");
    hostile.put("a: 1\na: secret", "it is not YAML");
    hostile.put("{}", "it has no current-context");
    hostile.put("current-context: [x]", "it has no current-context");
    hostile.put("current-context: x\ncontexts: {}", "there is no context x, only []");
    hostile.put("current-context: x\ncontexts: [1, null, [x]]", "there is no context x");
    for (Map.Entry<String, String> file : hostile.entrySet()) {
      write(".kube/config", file.getKey());
      String beginning = file.getKey().substring(0, Math.min(60, file.getKey().length()));
      assertThatThrownBy(() -> find(Optional.empty()))
          .as(beginning)
          .isInstanceOf(AccessException.class)
          .hasMessageContaining(file.getValue())
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void directoryIsRefused() throws Exception {
    Files.createDirectories(home.resolve(".kube/config"));
    assertThatThrownBy(() -> find(Optional.empty()))
        .hasMessageEndingWith("config: it is not a regular file");
  }

  @Test
  void podUsesItsServiceAccount() throws Exception {
    write("serviceaccount/token", "secret-1\n");
    write("serviceaccount/ca.crt", Keys.read("ca.crt"));
    write("serviceaccount/namespace", "shop\n");
    write(".kube/config", CONFIG.replace("USER", "token: t"));
    environment.put("KUBERNETES_SERVICE_HOST", "fd00::1");
    environment.put("KUBERNETES_SERVICE_PORT", "6443");
    environment.put("HOSTNAME", "shop-1");
    ClusterAccess access = find(Optional.empty());
    assertThat(access.server()).hasToString("https://[fd00::1]:6443");
    assertThat(access.namespace()).hasValue("shop");
    assertThat(access.podName()).hasValue("shop-1");
    assertThat(access.trust().authorities()).hasSize(1);
    assertThat(access.credentials().current().authorization()).hasValue("Bearer secret-1");
    write("serviceaccount/token", "secret-2");
    assertThat(access.credentials().current().authorization()).hasValue("Bearer secret-2");
    Files.delete(home.resolve("serviceaccount/token"));
    assertThatThrownBy(() -> access.credentials().current())
        .isInstanceOf(AccessException.class)
        .hasMessageEndingWith("token: it does not exist");
  }

  @Test
  void podWithoutServiceAccountUsesKubeconfig() throws Exception {
    environment.put("KUBERNETES_SERVICE_HOST", "10.0.0.1");
    assertThat(access("token: t").origin()).startsWith("context dev of ");
  }
}
