package io.luhproc.relaunch;

import io.luhproc.procfs.JvmCharsets;
import io.luhproc.relaunch.LaunchTarget.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses a command line of {@code java} like its launcher (args.c and java.c of the JDK).
 *
 * <p>Argument files are replaced by their content. The first argument that is neither an option nor
 * the value of an option names the program. The options whose value is a separate argument are the
 * same in JDK 17 and 25.
 */
final class JavaCommandLineParser {
  private final PathResolver pathResolver;
  private final List<String> options = new ArrayList<>();
  private final List<String> arguments = new ArrayList<>();
  private @Nullable LaunchTarget target;
  private @Nullable String pendingOption;
  private Kind targetKind = Kind.CLASS;
  private boolean expandsArgFiles = true;
  private boolean argFileRead;

  JavaCommandLineParser(PathResolver pathResolver) {
    this.pathResolver = pathResolver;
  }

  /**
   * Parses additional JVM options, which must not name a program.
   *
   * @return the options, one element each, argument files replaced by their content
   * @throws IllegalArgumentException if the arguments name a program, if an option lacks its value,
   *     or if an argument file cannot be read
   */
  static List<String> parseOptions(List<String> jvmOptions, PathResolver pathResolver) {
    try {
      JavaCommandLine line = new JavaCommandLineParser(pathResolver).parse(jvmOptions);
      if (line.target() != null || jvmOptions.contains("-jar")) {
        throw new IllegalArgumentException(
            "JVM options (" + jvmOptions + ") must not name a program");
      }
      return line.options();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "JVM options (" + jvmOptions + ") must name readable argument files: " + e, e);
    }
  }

  /** Returns whether an argument file was read. */
  boolean hasReadArgFile() {
    return argFileRead;
  }

  /**
   * Parses the arguments of {@code java}. Must be called once only.
   *
   * @throws IOException if an argument file cannot be read
   * @throws IllegalArgumentException if an option lacks its value
   */
  JavaCommandLine parse(List<String> argv) throws IOException {
    for (String argument : argv) {
      if (isArgFile(argument)) {
        readArgFile(argument.substring(1));
      } else {
        accept(argument);
      }
    }
    if (pendingOption != null) {
      throw new IllegalArgumentException(
          "option " + pendingOption + " must be followed by its value");
    }
    return new JavaCommandLine(options, target, arguments);
  }

  private boolean isArgFile(String argument) {
    return expandsArgFiles && target == null && argument.length() > 1 && argument.charAt(0) == '@';
  }

  private void readArgFile(String name) throws IOException {
    if (name.startsWith("@")) {
      accept(name); // "@@x" is an escape for "@x"
      return;
    }
    byte[] content = Files.readAllBytes(Path.of(pathResolver.resolve(name)));
    for (String argument :
        ArgFileTokenizer.tokenize(new String(content, JvmCharsets.ofArguments()))) {
      accept(argument);
    }
    argFileRead = true;
  }

  private void accept(String argument) {
    if (target != null) {
      arguments.add(argument);
    } else if (pendingOption != null) {
      addOption(pendingOption + "=" + argument);
      pendingOption = null;
    } else if (argument.startsWith("-")) {
      pendingOption = longNameIfValueFollows(argument);
      if (pendingOption == null) {
        addOption(argument);
      }
    } else {
      target = new LaunchTarget(isSourceFile(argument) ? Kind.SOURCE : targetKind, argument);
    }
  }

  private void addOption(String option) {
    if (option.equals("-jar")) {
      targetKind = Kind.JAR; // further options may follow before the path of the jar
    } else if (option.startsWith("--module=")) {
      target = new LaunchTarget(Kind.MODULE, option.substring("--module=".length()));
    } else if (option.equals("--disable-@files")) {
      // Not kept: the relaunched command line is expanded, and may need an argument file.
      expandsArgFiles = false;
    } else {
      if (option.startsWith("--source=")) {
        targetKind = Kind.SOURCE;
      }
      options.add(option);
    }
  }

  private boolean isSourceFile(String argument) {
    return targetKind == Kind.CLASS
        && argument.endsWith(".java")
        && Files.isRegularFile(Path.of(pathResolver.resolve(argument)));
  }

  /** Returns the long name of an option whose value is the next argument, else null. */
  private static @Nullable String longNameIfValueFollows(String argument) {
    return switch (argument) {
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
          argument;
      default -> null;
    };
  }
}
