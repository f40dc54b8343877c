package io.luhproc.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.kubernetes.KubernetesEngineProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line without a daemon. */
class CommandsTest {
  private static String run(int code, String... arguments) {
    StringWriter out = new StringWriter();
    CommandLine commandLine = Luhproc.commandLine(arguments);
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(out));
    assertThat(commandLine.execute(arguments)).as(out::toString).isEqualTo(code);
    return out.toString();
  }

  @Test
  void everyCommandHasHelpInEightyColumns() {
    for (String name : Commands.NAMES) {
      String help = run(0, name, "--help");

      assertThat(help).startsWith("Usage: luhproc " + name);
      assertThat(help.lines()).allMatch(line -> line.length() <= 80);
    }
  }

  @Test
  void onlyRequestedCommandIsCreated() {
    assertThat(Luhproc.commandLine("ps", "web").getSubcommands()).containsOnlyKeys("ps");
    assertThat(Luhproc.commandLine("-f", "x", "ps").getSubcommands()).containsOnlyKeys("ps");
    assertThat(Luhproc.commandLine("--help").getSubcommands().keySet())
        .containsExactlyElementsOf(Commands.NAMES);
  }

  @Test
  void misspelledCommandGetsSuggestion() {
    assertThat(run(2, "statsu"))
        .startsWith("luhproc: unknown command 'statsu'; did you mean status")
        .endsWith("?\nSee 'luhproc --help'.\n");
  }

  @Test
  void wrongUsageIsTwoLines() {
    assertThat(run(2, "stop", "--nope")).hasLineCount(2).contains("--nope");
    assertThat(run(2, "stop"))
        .isEqualTo("luhproc: give either services or --all\nSee 'luhproc stop --help'.\n");
    assertThat(run(2, "stop", "web", "--all")).contains("give either services or --all");
    assertThat(run(2, "up", "--exit-when=a=b")).contains("must be NAME=exited or NAME=failed");
    assertThat(run(2, "logs", "-n", "-1")).contains("--lines (-1) must be all or a number");
    assertThat(run(2, "logs", "-f", "--until=1m")).contains("either --follow or --until");
    assertThat(run(2, "logs", "--grep=(")).contains("Unclosed group");
    assertThat(run(2, "wait", "a", "--for=up")).contains("must be running, healthy or exited");
  }

  @Test
  void rightsAreOfNamedServiceAccount() {
    assertThat(run(0, "k8s", "rbac", "-n", "123", "--service-account", "shop.starter"))
        .isEqualTo(KubernetesEngineProvider.accessManifest("123", "shop.starter"))
        .contains("kind: Role\n", "namespace: \"123\"\n", "name: \"shop.starter\"\n");
    assertThat(run(0, "k8s", "rbac"))
        .isEqualTo(KubernetesEngineProvider.accessManifest("default", "default"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Shop", "-shop", "shop-", "a.b", "a\nrules:", "a: b", "ä", "\""})
  void namespaceThatIsNoneOfKubernetesIsRefused(String namespace) {
    assertThat(run(2, "k8s", "rbac", "--namespace", namespace))
        .startsWith("luhproc: namespace (")
        .contains("must be 1 to 63 lower-case letters, digits and '-' inside")
        .doesNotContain("kind:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Starter", "a..b", ".a", "a.", "a\n- x", "a/b", "{}"})
  void serviceAccountThatIsNoneOfKubernetesIsRefused(String name) {
    assertThat(run(2, "k8s", "rbac", "--service-account", name))
        .startsWith("luhproc: service account (")
        .doesNotContain("kind:");
  }

  @Test
  void namesThatAreTooLongAreRefused() {
    assertThat(run(2, "k8s", "rbac", "-n", "a".repeat(64))).contains("must be 1 to 63");
    assertThat(run(0, "k8s", "rbac", "-n", "a".repeat(63))).contains("a".repeat(63));
    assertThat(run(2, "k8s", "rbac", "--service-account", "a".repeat(254))).contains("1 to 253");
    assertThat(run(0, "k8s", "rbac", "--service-account", "a".repeat(253))).contains("Role");
  }

  @Test
  void groupWithoutCommandNamesItsCommands() {
    assertThat(run(2, "k8s")).contains("Usage: luhproc k8s", "rbac");
  }

  @Test
  void programHasTheEnginesOfItsConfiguration(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("luhproc.toml"),
            """
            [services.a]
            command = "x"
            engine = "k8s:batch"
            [services.b]
            command = "x"
            engine = "slurm:"
            """);
    assertThat(run(0, "config", "check", file.toString())).endsWith("2 services, no errors\n");

    Files.writeString(file, "[services.a]\ncommand = 'x'\nengine = 'nomad:a'\nnice = 1");

    assertThat(run(2, "config", "check", file.toString()))
        .contains("luhproc.toml:3:1: engine: cannot open engine nomad:a")
        .contains("use one of local, ", "k8s", "slurm");
  }

  @Test
  void completionKnowsAllCommands() {
    String script = run(0, "completion");

    assertThat(script).contains(Commands.NAMES).contains("--exit-when", "check");
  }
}
