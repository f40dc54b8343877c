package io.luhproc.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileFileTest {
  @TempDir Path folder;
  private ConfigFolder files;

  @BeforeEach
  void createFiles() {
    files = new ConfigFolder(folder);
  }

  @Test
  void hugeFileIsRefused() {
    assertThat(files.errorsOfText("#".repeat((1 << 20) + 1)))
        .containsExactly(
            "a.toml: the file is larger than 1 MiB; divide it with include = [\"..\"]");
  }

  @Test
  void byteOrderMarkIsIgnored() {
    assertThat(files.loadText("\uFEFF[services.web]\ncommand = \"true\"\n").services()).hasSize(1);
  }

  @Test
  void binaryFileIsRefused() throws IOException {
    Files.write(folder.resolve("a.toml"), new byte[] {'a', 0, 'b'});
    assertThat(files.errors("a.toml"))
        .containsExactly("a.toml: the file is not text: it contains NUL");

    Files.write(folder.resolve("a.toml"), new byte[] {'a', (byte) 0xff, 'b'});
    assertThat(files.errors("a.toml"))
        .containsExactly("a.toml: the file is not UTF-8; save it as UTF-8");
  }

  @Test
  void deviceIsRefused() {
    assertThat(files.errors("/dev/zero"))
        .containsExactly("/dev/zero: the path is no regular file; name a file");
  }

  @Test
  void missingFileIsReported() {
    assertThat(files.errors("a.toml")).containsExactly("a.toml: the file does not exist");
  }

  @Test
  void deeplyNestedTomlIsRefused() {
    assertThat(files.errorsOfText("a = 1\nb = " + "[".repeat(500_000)))
        .containsExactly(
            "a.toml:2:134: Nesting is too deep (more than 128 levels of tables and arrays)");
    assertThat(files.errorsOfText("b = " + "{a=".repeat(300_000))).hasSize(1);
    assertThat(files.errorsOfText("a" + ".a".repeat(2_000) + " = 1")).hasSize(1);
  }

  @Test
  void bracketsInStringsAndCommentsDoNotCount() {
    String brackets = "[".repeat(100);
    assertThat(
            files.errorsOfText(
                "# "
                    + brackets
                    + "\n"
                    + "[services.a]\ncommand = '"
                    + brackets
                    + "'\n"
                    + "env.A = \"\\\""
                    + brackets
                    + "\"\n"
                    + "env.B = \"\"\"\n"
                    + brackets
                    + "\"\"\"\n"
                    + "env.C = '''\n"
                    + brackets
                    + "'''\n"))
        .isEmpty();
  }

  @Test
  void deeplyNestedYamlIsRefused() {
    files.write("a.yaml", "processes: " + "[".repeat(200_000));
    assertThat(files.errors("a.yaml"))
        .containsExactly("a.yaml:1:43: values are nested more than 32 levels deep");
  }

  @Test
  void yamlWithExplodingAliasesIsRefused() {
    StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 6; i++) {
      text.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(10)));
    }
    files.write("a.yaml", text.toString());
    assertThat(files.errors("a.yaml"))
        .containsExactly("a.yaml: the file has too many values; use fewer aliases");
  }
}
