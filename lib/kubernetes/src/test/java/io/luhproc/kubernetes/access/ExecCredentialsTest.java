package io.luhproc.kubernetes.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.kubernetes.access.ClusterAccess.Sources;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.ThreadPool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class ExecCredentialsTest {
  private static final String V1 = "client.authentication.k8s.io/v1";

  @TempDir private Path home;
  private final VirtualTime time = new VirtualTime();
  private final ThreadPool threads = ThreadPool.withMaxThreads(4, "test");

  @AfterEach
  void close() {
    threads.close();
  }

  private ClusterAccess access(String script, String settings) throws Exception {
    Path program = Files.writeString(home.resolve("plugin"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    Path config =
        Files.writeString(
            home.resolve("config"),
            """
            current-context: dev
            contexts: [{ name: dev, context: { cluster: c, user: u } }]
            clusters: [{ name: c, cluster: { server: "https://10.0.0.1" } }]
            users: [{ name: u, user: { exec: { SETTINGS } } }]
            """
                .replace("SETTINGS", settings));
    return ClusterAccess.find(
        new Sources(
            Map.of("KUBECONFIG", config.toString()), home, home, Optional.empty(), time, threads));
  }

  private Credentials plugin(String script) throws Exception {
    String settings = "apiVersion: " + V1 + ", command: ./plugin, args: [get, token]";
    return access(script, settings).credentials();
  }

  private static String print(String status) {
    return """
    echo '{"kind":"ExecCredential","apiVersion":"%s","status":{%s}}'\
    """
        .formatted(V1, status);
  }

  @Test
  void tokenIsKeptUntilItExpires() throws Exception {
    Path runs = home.resolve("runs");
    Credentials plugin =
        plugin(
            "echo x >> %s\n".formatted(runs)
                + print(
                    "\"token\":\"secret-'$(wc -l < "
                        + runs
                        + " | tr -d \" \")'\",\"expirationTimestamp\":\"2026-01-01T01:00:00Z\""));
    assertThat(plugin.current().authorization()).hasValue("Bearer secret-1");
    time.advance(Duration.ofMinutes(59));
    assertThat(plugin.current().authorization()).hasValue("Bearer secret-1");
    time.advance(Duration.ofSeconds(50));
    assertThat(plugin.current().authorization()).hasValue("Bearer secret-2");
  }

  @Test
  void refusedTokenIsReplaced() throws Exception {
    Path runs = home.resolve("runs");
    Credentials plugin =
        plugin(
            "echo x >> %s\n".formatted(runs)
                + print("\"token\":\"t'$(wc -l < " + runs + " | tr -d \" \")'\""));
    Credential first = plugin.current();
    plugin.refused(first);
    Credential second = plugin.current();
    assertThat(second.authorization()).hasValue("Bearer t2");
    plugin.refused(first);
    assertThat(plugin.current()).as("only the first was refused").isEqualTo(second);
  }

  @Test
  void programGetsArgumentsVariablesAndInfo() throws Exception {
    String script =
        "test \"$1 $2\" = 'a b c' && test \"$MODE\" = x"
            + " && case \"$KUBERNETES_EXEC_INFO\" in"
            + " *'\"interactive\":false'*'10.0.0.1'*|*'10.0.0.1'*'\"interactive\":false'*) ;;"
            + " *) exit 3;; esac\n";
    ClusterAccess access =
        access(
            script + print("\"token\":\"t\""),
            "apiVersion: "
                + V1
                + ", command: ./plugin, args: ['a b', c], env: [{name: MODE, value: x}],"
                + " provideClusterInfo: true");
    assertThat(access.credentials().current().authorization()).hasValue("Bearer t");
  }

  @Test
  void certificateIsUsed() throws Exception {
    String crt = Keys.read("client.crt").replace("\n", "\\n");
    String key = Keys.read("client.key").replace("\n", "\\n");
    Path output =
        Files.writeString(
            home.resolve("output"),
            """
            {"kind":"ExecCredential","apiVersion":"%s",
             "status":{"clientCertificateData":"%s","clientKeyData":"%s"}}\
            """
                .formatted(V1, crt, key));
    Credential credential = plugin("cat " + output).current();
    assertThat(credential.key()).isPresent();
    assertThat(credential.authorization()).isEmpty();
  }

  @Test
  void failureIsQuotedWithoutOutput() throws Exception {
    assertThatThrownBy(() -> plugin("echo secret; echo 'log\tin first' >&2; exit 3").current())
        .isInstanceOf(AccessException.class)
        .hasMessageStartingWith("cannot use exec of user u of ")
        .hasMessageEndingWith("plugin exited with code 3: log in first")
        .hasMessageNotContaining("secret");
  }

  @Test
  void endlessErrorOutputIsCut() throws Exception {
    assertThatThrownBy(() -> plugin("head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 1").current())
        .isInstanceOf(AccessException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1500).endsWith("x…"));
  }

  @Test
  void outputThatIsNoCredentialIsRefusedWithoutQuotingIt() throws Exception {
    for (String script :
        List.of(
            "echo secret",
            "true",
            "echo '{\"token\":\"secret\"}'",
            "head -c 3000000 /dev/zero | tr '\\0' '['",
            print("").replace("credential", "x"),
            print("\"token\":\"secret\"").replace("/v1", "/v1beta1"),
            print("\"token\":[\"secret\"]"),
            print("\"token\":\"secret with blanks\""),
            print("\"clientCertificateData\":\"secret\",\"clientKeyData\":\"secret\""))) {
      assertThatThrownBy(() -> plugin(script).current())
          .as(script)
          .isInstanceOf(AccessException.class)
          .hasMessageStartingWith("cannot use ")
          .hasMessageNotContaining("secret")
          .hasNoCause();
    }
  }

  @Test
  void programThatDoesNotExistIsNamedWithHint() throws Exception {
    String settings =
        "apiVersion: " + V1 + ", command: no-such-plugin-1, installHint: 'brew install it'";
    assertThatThrownBy(() -> access("", settings).credentials().current())
        .isInstanceOf(AccessException.class)
        .hasMessageEndingWith("cannot run no-such-plugin-1: brew install it");
  }

  @Test
  void programThatHangsIsKilled() throws Exception {
    for (String script :
        List.of("sleep 1000", "sleep 1000 & wait", "exec >&- 2>&-; exec sleep 1000")) {
      Path program = Files.writeString(home.resolve("hangs"), script);
      PluginProgram hanging =
          new PluginProgram(
              "exec", List.of("sh", program.toString()), Map.of(), "install it", threads);
      assertThatThrownBy(() -> hanging.run(Duration.ofMillis(300)))
          .as(script)
          .isInstanceOf(AccessException.class)
          .hasMessage("cannot use exec: sh did not end within PT0.3S");
    }
  }

  @Test
  void versionAndTerminalAreChecked() throws Exception {
    String beta = "apiVersion: client.authentication.k8s.io/v1alpha1, command: ./plugin";
    assertThatThrownBy(() -> access("", beta)).hasMessageContaining("apiVersion");
    String terminal = "apiVersion: " + V1 + ", command: ./plugin, interactiveMode: Always";
    assertThatThrownBy(() -> access("", terminal)).hasMessageContaining("needs a terminal");
    String none = "apiVersion: " + V1;
    assertThatThrownBy(() -> access("", none)).hasMessageEndingWith("command is missing");
  }
}
