package io.luhproc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Tests the structure of the library: layers, exports and rules for single packages. */
class ArchitectureTest {
  private static final String ROOT = "io.luhproc.";
  private static final String ROOT_PACKAGE = "io.luhproc";

  /**
   * A package depends only on packages in lower rows, so there are no cycles. The root package is
   * below all others.
   */
  private static final Map<String, Integer> ROWS =
      parseRows(
          """
          11 queue
          10 supervisor         worker
          9  supervisor.engine
          8  supervisor.runtime
          7  supervisor.state   supervisor.event   worker.bootstrap   worker.remote   worker.local
          6  service
          5  health.monitor     engine             archive
          4  health             cgroup             directory
          3  log.rotate         tree               relaunch
          2  log                spawn              limits      envfile    notify
          1  log.file           procfs
          0  process            posix              time
          """);

  private static final Set<String> EXPORTED =
      Set.of(
          ROOT_PACKAGE,
          "io.luhproc.engine",
          "io.luhproc.health",
          "io.luhproc.limits",
          "io.luhproc.log",
          "io.luhproc.process",
          "io.luhproc.queue",
          "io.luhproc.service",
          "io.luhproc.supervisor",
          "io.luhproc.worker");

  private static final Set<String> EXPORTED_TO_OWN_MODULES =
      Set.of(
          "io.luhproc.directory",
          "io.luhproc.envfile",
          "io.luhproc.notify",
          "io.luhproc.relaunch",
          "io.luhproc.time");

  private static final int MAX_FILES_PER_PACKAGE = 35;

  /** The types that the pure package {@code supervisor.state} may use, besides its own. */
  private static final Pattern PURE_TYPES =
      Pattern.compile(
          String.join(
              "|",
              "java\\.lang\\.(?!Thread|Process|Runtime$|ProcessBuilder).*",
              "java\\.time\\.(?!Clock$|InstantSource$).*",
              "java\\.util\\.\\w+",
              "java\\.util\\.(function|stream)\\..*",
              "org\\.jspecify\\..*",
              "io\\.luhproc\\.(process|limits|health|service|supervisor\\.state)\\..*",
              "io\\.luhproc\\.\\w*Exception",
              "io\\.luhproc\\.time\\.DurationAndSizeFormat"));

  /** Exported types that other packages of the library use with types that are not exported. */
  private static final Set<String> SHARED_INSIDE_LIBRARY = Set.of("HealthExecutor", "ProcessLog");

  /** Types of {@code supervisor.state} that are not yet pure. Must become empty. */
  private static final Set<String> NOT_YET_PURE = Set.of("Effect");

  /** The methods that only package {@code time} may call, as {@code type.method}. */
  private static final Pattern TIME_THREAD_AND_RANDOM_CALLS =
      Pattern.compile(
          String.join(
              "|",
              "java\\.lang\\.System\\.(nanoTime|currentTimeMillis)",
              "java\\.lang\\.Math\\.random",
              "java\\.lang\\.Thread\\.(sleep|<init>|ofVirtual|ofPlatform|startVirtualThread)",
              "java\\.util\\.concurrent\\.TimeUnit\\.sleep",
              "java\\.time\\.\\w+\\.now",
              "java\\.time\\.(Clock|InstantSource)\\.(system|tick)\\w*",
              "java\\.util\\.UUID\\.randomUUID",
              "java\\.util\\.(Random|SplittableRandom|Timer)\\.<init>",
              "java\\.security\\.SecureRandom\\..*",
              "java\\.util\\.random\\..*",
              "java\\.util\\.concurrent\\.ThreadLocalRandom\\..*",
              "java\\.util\\.concurrent\\.Executors\\..*",
              "java\\.util\\.concurrent\\.(Scheduled)?ThreadPoolExecutor\\.<init>",
              "java\\.util\\.concurrent\\.ForkJoinPool\\.(<init>|commonPool)",
              "java\\.util\\.concurrent\\.CompletableFuture\\.\\w*(Async|delayedExecutor)"));

  private static final Pattern MEANINGLESS_SUFFIX =
      Pattern.compile(".*(Utils?|Helpers?|Impl|Common)");

  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .importPath(Path.of(System.getProperty("luhproc.target", "target"), "classes"));

  private static Map<String, Integer> parseRows(String table) {
    Map<String, Integer> rows = new HashMap<>(Map.of(ROOT_PACKAGE, -1));
    for (String line : table.strip().split("\n", -1)) {
      String[] words = line.strip().split(" +", -1);
      for (String name : List.of(words).subList(1, words.length)) {
        rows.put(name, Integer.valueOf(words[0]));
      }
    }
    return rows;
  }

  @Test
  void everyPackageIsAssignedToARow() {
    Stream<String> packages = LIBRARY.stream().map(ArchitectureTest::packageOf).distinct();
    assertThat(packages).containsExactlyInAnyOrderElementsOf(ROWS.keySet());
  }

  @Test
  void packagesImportOnlyFromLowerRows() {
    List<String> wrong =
        LIBRARY.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(ArchitectureTest::violatesLayering)
            .map(Dependency::getDescription)
            .toList();
    assertThat(wrong).isEmpty();
  }

  private static boolean violatesLayering(Dependency use) {
    String from = packageOf(use.getOriginClass());
    String to = packageOf(use.getTargetClass());
    return ROWS.containsKey(to) && !from.equals(to) && ROWS.get(to) >= ROWS.get(from);
  }

  private static String packageOf(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith(ROOT) ? name.substring(ROOT.length()) : name;
  }

  @Test
  void packagesHaveLimitedNumberOfFiles() {
    Map<String, Long> filesByPackage =
        LIBRARY.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .collect(groupingBy(ArchitectureTest::packageOf, counting()));
    assertThat(filesByPackage)
        .isNotEmpty()
        .allSatisfy((name, files) -> assertThat(files).isLessThanOrEqualTo(MAX_FILES_PER_PACKAGE));
  }

  @Test
  void moduleExportsOnlyPackagesForUsers() throws IOException {
    // The working directory is that of this module.
    String module = Files.readString(Path.of("src/main/java/module-info.java"));
    Set<String> exported = new HashSet<>();
    Set<String> exportedToOwnModules = new HashSet<>();
    Matcher exports = Pattern.compile("exports ([\\w.]+)(?:\\s+to\\s+([^;]+))?;").matcher(module);
    while (exports.find()) {
      if (exports.group(2) == null) {
        exported.add(exports.group(1));
      } else {
        assertThat(exports.group(2).split(",\\s*"))
            .isSubsetOf(
                "io.luhproc.cli", "io.luhproc.daemon", "io.luhproc.kubernetes", "io.luhproc.slurm");
        exportedToOwnModules.add(exports.group(1));
      }
    }
    assertThat(exported).isEqualTo(EXPORTED);
    assertThat(exportedToOwnModules).isEqualTo(EXPORTED_TO_OWN_MODULES);
  }

  @Test
  void exportedSignaturesUseOnlyExportedTypes() {
    List<String> wrong =
        LIBRARY.stream()
            .filter(type -> EXPORTED.contains(type.getPackageName()) && isPublic(type))
            .filter(type -> !SHARED_INSIDE_LIBRARY.contains(topLevelName(type)))
            .flatMap(type -> type.getCodeUnits().stream())
            .filter(ArchitectureTest::isVisibleToUsers)
            .flatMap(
                unit ->
                    Stream.concat(unit.getRawParameterTypes().stream(), returnType(unit))
                        .filter(used -> used.getName().startsWith(ROOT))
                        .filter(used -> !EXPORTED.contains(used.getPackageName()))
                        .map(used -> unit.getFullName() + " uses " + used.getName()))
            .toList();
    assertThat(wrong).isEmpty();
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
  }

  private static boolean isVisibleToUsers(JavaCodeUnit unit) {
    return unit.getModifiers().contains(JavaModifier.PUBLIC)
        || unit.getModifiers().contains(JavaModifier.PROTECTED);
  }

  private static Stream<JavaClass> returnType(JavaCodeUnit unit) {
    return Stream.of(unit.getRawReturnType());
  }

  @Test
  void supervisorStateHasNoSideEffects() {
    List<String> wrong =
        LIBRARY.stream()
            .filter(type -> packageOf(type).equals("supervisor.state"))
            .filter(type -> !NOT_YET_PURE.contains(topLevelName(type)))
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(use -> !isPure(use.getTargetClass().getBaseComponentType()))
            .map(Dependency::getDescription)
            .toList();
    assertThat(wrong).isEmpty();
  }

  private static boolean isPure(JavaClass used) {
    return used.isPrimitive() || PURE_TYPES.matcher(used.getName()).matches();
  }

  private static String topLevelName(JavaClass type) {
    return type.getEnclosingClass()
        .map(ArchitectureTest::topLevelName)
        .orElse(type.getSimpleName());
  }

  @Test
  void everyPackageIsDescribedAndNullMarked() {
    List<String> undescribed =
        LIBRARY.stream()
            .map(JavaClass::getPackage)
            .distinct()
            .filter(javaPackage -> !javaPackage.isAnnotatedWith(NullMarked.class))
            .map(
                javaPackage -> javaPackage.getName() + " has no package-info.java with @NullMarked")
            .toList();
    assertThat(undescribed).isEmpty();
  }

  @Test
  void onlyPosixTouchesNativeCode() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.luhproc.posix")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jnr..", "com.kenai..")
        .check(LIBRARY);
  }

  @Test
  void onlyTimeUsesClocksSleepsThreadsAndRandomness() {
    List<String> wrong =
        LIBRARY.stream()
            .filter(type -> !packageOf(type).equals("time"))
            .flatMap(type -> type.getAccessesFromSelf().stream())
            .filter(ArchitectureTest::isReservedForTimePackage)
            .map(JavaAccess::getDescription)
            .toList();
    assertThat(wrong).isEmpty();
  }

  private static boolean isReservedForTimePackage(JavaAccess<?> access) {
    String target = access.getTargetOwner().getName() + "." + access.getTarget().getName();
    return TIME_THREAD_AND_RANDOM_CALLS.matcher(target).matches() && !hasExplicitExecutor(access);
  }

  /** Returns whether the caller passes an executor, so that no other thread is used. */
  private static boolean hasExplicitExecutor(JavaAccess<?> access) {
    return access.getTarget() instanceof AccessTarget.CodeUnitCallTarget call
        && call.getRawParameterTypes().stream()
            .anyMatch(type -> type.isEquivalentTo(Executor.class));
  }

  @Test
  void publicClassesAreFinalUnlessThrown() {
    classes()
        .that(arePublicTopLevelClasses())
        .should()
        .haveModifier(JavaModifier.FINAL)
        .check(LIBRARY);
  }

  private static DescribedPredicate<JavaClass> arePublicTopLevelClasses() {
    return DescribedPredicate.describe(
        "are public top-level classes, not thrown",
        type ->
            type.isTopLevelClass()
                && type.getModifiers().contains(JavaModifier.PUBLIC)
                && !type.isInterface()
                && !type.isEnum()
                && !type.isAssignableTo(Throwable.class));
  }

  @Test
  void classNamesHaveNoMeaninglessSuffix() {
    List<String> wrong =
        LIBRARY.stream()
            .filter(type -> MEANINGLESS_SUFFIX.matcher(type.getSimpleName()).matches())
            .map(JavaClass::getName)
            .toList();
    assertThat(wrong).isEmpty();
  }
}
