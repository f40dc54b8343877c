package io.luhproc.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolLocatorTest {
  @TempDir Path folder;
  private Path first;
  private Path second;
  private ToolLocator locator;

  @BeforeEach
  void createSearchPath() throws IOException {
    first = Files.createDirectory(folder.resolve("first"));
    second = Files.createDirectory(folder.resolve("second"));
    locator = new ToolLocator("relative:" + first + ":" + second);
  }

  private static Path createTool(Path directory) throws IOException {
    return Files.createFile(
        directory.resolve("tool"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  @Test
  void firstExecutableFileOfSearchPathIsFound() throws IOException {
    Files.createFile(first.resolve("tool"));
    createTool(second);
    assertThat(locator.find("tool")).contains(second + "/tool");
    assertThat(locator.find("other")).isEmpty();
  }

  @Test
  void missingToolIsFoundOnceItIsInstalled() throws IOException {
    assertThat(locator.find("tool")).isEmpty();
    createTool(second);
    assertThat(locator.find("tool")).contains(second + "/tool");
  }

  @Test
  void toolThatWasRemovedIsSearchedAgain() throws IOException {
    Path removed = createTool(first);
    createTool(second);
    assertThat(locator.find("tool")).contains(first + "/tool");
    Files.delete(removed);
    assertThat(locator.find("tool")).contains(second + "/tool");
    Files.delete(second.resolve("tool"));
    assertThat(locator.find("tool")).isEmpty();
  }
}
