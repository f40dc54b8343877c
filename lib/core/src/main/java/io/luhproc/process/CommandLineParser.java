package io.luhproc.process;

import io.luhproc.process.EntryPoint.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a command line of {@code java} apart the way its launcher does (args.c and java.c of the
 * JDK): argument files are replaced by what they hold, and the first word that is neither an option
 * nor an option's value names the program. The options with a value of their own are those of the
 * launchers of JDK 17 and 25, which have the same.
 */
final class CommandLineParser {
  private final AbsolutePaths paths;
  private final List<String> options = new ArrayList<>();
  private final List<String> arguments = new ArrayList<>();
  private @Nullable EntryPoint entry;
  private @Nullable String waiting;
  private Kind kind = Kind.CLASS;
  private boolean expanding = true;
  private boolean expanded;

  CommandLineParser(AbsolutePaths paths) {
    this.paths = paths;
  }

  /** Returns whether an argument file was read. */
  boolean hasExpanded() {
    return expanded;
  }

  /**
   * Takes words apart.
   *
   * @throws IOException when an argument file cannot be read
   * @throws IllegalArgumentException when an option lacks its value
   */
  CommandLine parse(List<String> words) throws IOException {
    for (String word : words) {
      if (isArgFile(word)) {
        readArgFile(word.substring(1));
      } else {
        accept(word);
      }
    }
    if (waiting != null) {
      throw new IllegalArgumentException("option " + waiting + " must be followed by its value");
    }
    return new CommandLine(options, entry, arguments);
  }

  private boolean isArgFile(String word) {
    return expanding && entry == null && word.length() > 1 && word.charAt(0) == '@';
  }

  private void readArgFile(String name) throws IOException {
    if (name.startsWith("@")) {
      accept(name); // "@@x" stands for the word "@x"
      return;
    }
    byte[] content = Files.readAllBytes(Path.of(paths.one(name)));
    for (String word : ArgFileText.words(new String(content, RunningJvm.argumentCharset()))) {
      accept(word);
    }
    expanded = true;
  }

  private void accept(String word) {
    if (entry != null) {
      arguments.add(word);
    } else if (waiting != null) {
      option(waiting.concat("=").concat(word));
      waiting = null;
    } else if (word.startsWith("-")) {
      waiting = nameIfValueFollows(word);
      if (waiting == null) {
        option(word);
      }
    } else {
      entry = new EntryPoint(isSourceFile(word) ? Kind.SOURCE : kind, word);
    }
  }

  private void option(String option) {
    if (option.equals("-jar")) {
      kind = Kind.JAR; // the launcher lets options stand between -jar and the jar
    } else if (option.startsWith("--module=")) {
      entry = new EntryPoint(Kind.MODULE, option.substring("--module=".length()));
    } else if (option.equals("--disable-@files")) {
      expanding = false; // ours is already expanded, and may have to become an argument file
    } else {
      if (option.startsWith("--source=")) {
        kind = Kind.SOURCE;
      }
      options.add(option);
    }
  }

  private boolean isSourceFile(String word) {
    return kind == Kind.CLASS
        && word.endsWith(".java")
        && Files.isRegularFile(Path.of(paths.one(word)));
  }

  /** Returns the long name of an option whose value is the next word, null for any other. */
  private static @Nullable String nameIfValueFollows(String word) {
    return switch (word) {
      case "-cp", "-classpath", "--class-path" -> "--class-path";
      case "-p", "--module-path" -> "--module-path";
      case "-m", "--module" -> "--module";
      case "-d", "--describe-module" -> "--describe-module";
      case "--upgrade-module-path",
          "--add-modules",
          "--limit-modules",
          "--enable-native-access",
          "--add-exports",
          "--add-opens",
          "--add-reads",
          "--patch-module",
          "--source" ->
          word;
      default -> null;
    };
  }
}
