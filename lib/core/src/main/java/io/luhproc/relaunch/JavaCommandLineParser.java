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
 * Takes a command line of {@code java} apart the way its launcher does (args.c and java.c of the
 * JDK): argument files are replaced by what they hold, and the first word that is neither an option
 * nor an option's value names the program. The options with a value of their own are those of the
 * launchers of JDK 17 and 25, which have the same.
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

  /** Returns whether an argument file was read. */
  boolean hasReadArgFile() {
    return argFileRead;
  }

  /**
   * Takes words apart.
   *
   * @throws IOException when an argument file cannot be read
   * @throws IllegalArgumentException when an option lacks its value
   */
  JavaCommandLine parse(List<String> arguments) throws IOException {
    for (String argument : arguments) {
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
      accept(name); // "@@x" stands for the word "@x"
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
      addOption(pendingOption.concat("=").concat(argument));
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
      targetKind = Kind.JAR; // the launcher lets options stand between -jar and the jar
    } else if (option.startsWith("--module=")) {
      target = new LaunchTarget(Kind.MODULE, option.substring("--module=".length()));
    } else if (option.equals("--disable-@files")) {
      expandsArgFiles = false; // ours is already expanded, and may have to become an argument file
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

  /** Returns the long name of an option whose value is the next word, null for any other. */
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
