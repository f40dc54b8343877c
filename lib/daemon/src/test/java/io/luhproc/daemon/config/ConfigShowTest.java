package io.luhproc.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigShowTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PORT", "8123", "PASSWORD", "hunter2", "EMPTY", "");

  @TempDir Path folder;
  private ConfigFolder files;

  @BeforeEach
  void createFiles() {
    files = new ConfigFolder(folder);
    files.environment(ENVIRONMENT);
  }

  private String show(String name, boolean showSecrets) {
    String text = ConfigLoader.withEnvironment(ENVIRONMENT).show(folder.resolve(name), showSecrets);
    return text.replace(folder + "/", "");
  }

  private String showText(String text) {
    files.write("a.toml", text);
    return show("a.toml", false);
  }

  @Test
  void includedFilesTemplatesAndVariablesAreMerged() {
    files.write(
        "conf.d/db.toml",
        """
        [services.db]
        command = ["postgres", "-p", "${PORT}"]
        """);
    files.write(
        "luhproc.toml",
        """
        include = ["conf.d/*.toml"]
        [supervisor]
        listen = "localhost:7070"
        [templates.java]
        restart = "always"
        stop = { signal = "INT" }
        [services.web]
        extends = "java"
        command = "run ${MODE:-fast} $HOME $${X}"
        stop = { grace = 3 }
        limits.io = [{ path = "/", read = "1M" }]
        """);

    assertThat(show("luhproc.toml", true))
        .isEqualTo(
            """
            # luhproc.toml:2:1
            [supervisor]
            listen = "localhost:7070"

            # luhproc.toml:7:1
            [services.web]
            restart = "always"
            command = "run fast $HOME $${X}"

            [services.web.stop]
            signal = "INT"
            grace = 3

            [services.web.limits]
            io = [{ path = "/", read = "1M" }]

            # conf.d/db.toml:1:1
            [services.db]
            command = ["postgres", "-p", "8123"]
            """);
  }

  @Test
  void shownTextIsReadAsSameConfiguration() {
    String text =
        """
        [services."a-b_c"]
        command = "tab\\tquote\\"back\\\\slash\\u0001 ä $${NAME} ${PORT}\\nnext"
        env = { "with space" = "x", A = 1, B = true, C = 1.5 }
        restart = { condition = "always", success_codes = [1, 2] }
        [services.many.processes.p]
        command = []
        [services.many.processes.q]
        command = ["x"]
        """
            .replace("command = []", "command = ['y', \"z\"]");
    DaemonConfig config = files.loadText(text);

    files.write("shown.toml", show("a.toml", true));

    assertThat(files.load("shown.toml").services()).isEqualTo(config.services());
  }

  @Test
  void variablesAreMaskedAndDefaultsAreNot() {
    assertThat(
            showText(
                "[services.a]\ncommand = 'x ${PASSWORD} ${PORT} ${NONE:-default} ${EMPTY:-none}'"))
        .contains("command = \"x *** *** default none\"")
        .doesNotContain("hunter2", "8123");
  }

  @Test
  void environmentThatLooksSecretIsMaskedByNameOrValue() {
    String shown =
        showText(
            """
            [services.a]
            command = "x"
            [services.a.env]
            DB_PASSWORD = "one1"
            AWS_SECRET_ACCESS_KEY = "one2"
            API_TOKEN = "one3"
            SIGNING_KEY = "one4"
            MY_HEADER = "Bearer one5"
            OPTIONS = "user=a;password=one6"
            CERT = "-----BEGIN PRIVATE KEY-----one7"
            RANDOM = "a3f5b8c9d0e1f2a3b4c5d6e7one8"
            DATABASE_URL = "postgres://me:one9@db/x"
            MODE = "production"
            JAVA_TOOL_OPTIONS = "-Xmx256m"
            COUNT = 5
            """);

    assertThat(shown)
        .doesNotContain("one")
        .contains(
            "DB_PASSWORD = \"***\"",
            "DATABASE_URL = \"postgres://me:***@db/x\"",
            "MODE = \"production\"",
            "JAVA_TOOL_OPTIONS = \"-Xmx256m\"",
            "COUNT = 5");
  }

  @Test
  void secretsAreShownIfAskedFor() {
    files.write("a.toml", "[services.a]\ncommand = '${PASSWORD}'\nenv.TOKEN = 'xyz'\n");

    assertThat(show("a.toml", true)).contains("hunter2", "xyz");
    assertThat(show("a.toml", false)).doesNotContain("hunter2", "xyz");
  }

  @Test
  void invalidConfigurationIsNotShown() {
    files.write("a.toml", "[services.a]\n");

    assertThatThrownBy(() -> show("a.toml", false)).isInstanceOf(InvalidConfigException.class);
  }

  @Test
  void lineFeedInFileNameDoesNotBecomeToml() {
    files.write("x\n[y].toml", "[services.a]\ncommand = 'x'\n");

    assertThat(show("x\n[y].toml", false)).contains("# x\\n[y].toml:1:1\n[services.a]\n");
  }

  @Test
  void otherFormatsAreShownWithTheirKeys() {
    files.write("Procfile", "web: run $PORT ${PORT}\n");
    assertThat(show("Procfile", false))
        .isEqualTo("# Procfile:1:1\n[services.web]\ncommand = \"run $PORT $${PORT}\"\n");

    files.write("folder/app.toml", "[service]\nexec = 'x'\n[service.env]\nTOKEN = 'x'\n");
    assertThat(show("folder", false)).contains("[app.service]\nexec = \"x\"\n", "\"***\"");

    files.write("p.toml", "listen = ''\n[programs.a]\ncommand = 'x'\n");
    assertThat(show("p.toml", false)).contains("listen = \"\"\n", "[programs.a]\ncommand = \"x\"");

    files.write(
        "c.yaml", "processes:\n  a:\n    command: x\n    environment: ['TOKEN=x', 'A=b']\n");
    assertThat(show("c.yaml", false))
        .contains("[processes.a]\ncommand = \"x\"\nenvironment = [\"TOKEN=***\", \"A=b\"]");
  }

  @Test
  void nameOfLogsIsShownWithItsPlaceholders() {
    assertThat(
            showText(
                "[services.a]\ncommand = \"x\"\nlogs.name = \"{process}-${PORT} {date}.log\"\n"))
        .contains("name = \"{process}-*** {date}.log\"");
  }
}
