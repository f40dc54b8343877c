package io.luhproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.SupervisesAsModule;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the library on the module path, where its packages are encapsulated. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class ModulePathTest {
  private static final Pattern MODULES =
      Pattern.compile(".*/(classes|(jnr-|jffi-[\\d.]+jar|asm|commons-codec|slf4j|jspecify).*)");

  @TempDir private Path folder;

  @Test
  void nativeCallsWorkInANamedModule() throws Exception {
    String path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> MODULES.matcher(entry).matches())
            .collect(Collectors.joining(File.pathSeparator));
    try (JavaProcess child =
        JavaProcess.of(SupervisesAsModule.class, folder.resolve("services"))
            .options("-p", path, "--add-modules", "io.luhproc.core,org.slf4j.simple")
            .options("--enable-native-access=ALL-UNNAMED,org.jnrproject.jffi")
            .start(folder)) {
      assertThat(child.awaitExit()).as(child::toString).isZero();
      assertThat(child.out())
          .as(child::toString)
          .isEqualTo("module: io.luhproc.core\nloaded: true\nstate: RUNNING\n");
    }
  }
}
