package io.luhproc.cli.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The licenses and notices of the libraries in the jar of the program. */
final class LicensesIT {
  private static final String LIST = "META-INF/licenses/third-party.txt";
  private static final String VERSIONS = "META-INF/versions/\\d+/";

  private JarFile jar;

  /** A line of the list: what the jar contains of a library, and the file with its license. */
  private record Library(String path, String license, String file) {
    static Library parse(String line) {
      String[] columns = line.split("\\s*\\|\\s*");
      assertThat(columns).as(line).hasSize(4);
      return new Library(columns[0].replace('.', '/') + "/", columns[2], "META-INF/" + columns[3]);
    }
  }

  @BeforeEach
  void openJar() throws IOException {
    jar = new JarFile(System.getProperty("luhproc.program.jar"));
  }

  @AfterEach
  void closeJar() throws IOException {
    jar.close();
  }

  private String read(String name) throws IOException {
    ZipEntry entry = jar.getEntry(name);
    assertThat(entry).as(name).isNotNull();
    return new String(jar.getInputStream(entry).readAllBytes(), UTF_8);
  }

  private List<Library> libraries() throws IOException {
    return read(LIST).lines().filter(it -> it.contains("|")).map(Library::parse).toList();
  }

  private Set<String> codeOfLibraries() {
    Set<String> names = new TreeSet<>();
    jar.stream()
        .map(it -> it.getName().replaceFirst(VERSIONS, ""))
        .filter(it -> it.matches(".*\\.(class|so|dll|a|jnilib)"))
        .filter(it -> !it.startsWith("io/luhproc/"))
        .forEach(names::add);
    return names;
  }

  @Test
  void everyLibraryInJarIsListed() throws IOException {
    List<Library> libraries = libraries();
    Set<String> code = codeOfLibraries();
    assertThat(code).hasSizeGreaterThan(1000);
    assertThat(code)
        .allMatch(name -> libraries.stream().anyMatch(it -> name.startsWith(it.path())));
  }

  @Test
  void everyListedLibraryIsInJar() throws IOException {
    Set<String> code = codeOfLibraries();
    assertThat(libraries())
        .allMatch(library -> code.stream().anyMatch(it -> it.startsWith(library.path())));
  }

  @Test
  void everyListedLicenseIsInJarAsText() throws IOException {
    for (Library library : libraries()) {
      String begin =
          switch (library.license()) {
            case "Apache-2.0" -> "Apache License";
            case "BSD-3-Clause" -> "BSD 3-Clause License";
            case "MIT" -> "MIT License";
            case "EPL-2.0" -> "Eclipse Public License - v 2.0";
            default -> "unknown license " + library.license();
          };
      assertThat(read(library.file()).strip()).as(library.path()).startsWith(begin);
    }
    assertThat(read("META-INF/licenses/bsd-3-clause.txt")).contains("ANTLR", "ASM", "JLine");
    assertThat(read("META-INF/licenses/mit.txt")).contains("jnr-x86asm", "libffi", "SLF4J");
  }

  @Test
  void noticesOfLibrariesAreMerged() throws IOException {
    assertThat(read("META-INF/NOTICE"))
        .contains("Apache Commons Codec", "The Prometheus Authors", "Jackson", "Schubfach");
    for (String name : List.of("FastDoubleParser", "FastDoubleParser-ThirdParty", "Schubfach")) {
      assertThat(read("META-INF/" + name + "-LICENSE")).isNotBlank();
    }
  }
}
