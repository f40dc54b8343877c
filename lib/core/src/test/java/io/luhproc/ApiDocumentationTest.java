package io.luhproc;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExportsTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.ModuleTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that all public and protected elements of exported packages are documented.
 *
 * <p>Enum constants need no comment. Each record component needs a {@code @param}. Doclint is not
 * used, because it also requires {@code @param} and {@code @return} where a first sentence is
 * sufficient.
 */
class ApiDocumentationTest {
  // The working directory is that of module core.
  private static final Path LIB = Path.of("").toAbsolutePath().getParent();

  @ParameterizedTest
  @ValueSource(strings = {"core", "cli"})
  void everyExportedElementIsDocumented(String module) throws IOException {
    Path sources = LIB.resolve(module).resolve("src/main/java");
    List<Path> files;
    try (Stream<Path> all = Files.walk(sources)) {
      files = all.filter(file -> file.toString().endsWith(".java")).toList();
    }
    assertThat(undocumented(files)).isEmpty();
  }

  private static List<String> undocumented(List<Path> files) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      List<CompilationUnitTree> units = new ArrayList<>();
      task.parse().forEach(units::add);
      Set<String> exported = units.stream().flatMap(ApiDocumentationTest::exports).collect(toSet());
      PublicElements elements = new PublicElements(DocTrees.instance(task));
      units.stream()
          .filter(unit -> exported.contains(String.valueOf(unit.getPackageName())))
          .forEach(unit -> elements.scan(unit, null));
      return elements.undocumented;
    }
  }

  private static Stream<String> exports(CompilationUnitTree unit) {
    ModuleTree module = unit.getModule();
    return module == null
        ? Stream.of()
        : module.getDirectives().stream()
            .filter(ExportsTree.class::isInstance)
            .map(ExportsTree.class::cast)
            .filter(exports -> exports.getModuleNames() == null)
            .map(exports -> exports.getPackageName().toString());
  }

  /** Collects the undocumented elements that are visible to users of the module. */
  private static final class PublicElements
      extends TreePathScanner<@Nullable Void, @Nullable Void> {
    final List<String> undocumented = new ArrayList<>();
    private final DocTrees docs;

    PublicElements(DocTrees docs) {
      this.docs = docs;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
      if (!isVisible(type.getModifiers())) {
        return null;
      }
      String comment = requireComment(type.getSimpleName().toString());
      if (type.getKind() == Tree.Kind.RECORD) {
        requireComponents(type, comment);
      }
      return super.visitClass(type, null);
    }

    private void requireComponents(ClassTree type, String comment) {
      for (Tree member : type.getMembers()) {
        if (member instanceof VariableTree field
            && !field.getModifiers().getFlags().contains(Modifier.STATIC)
            && !comment.contains("@param " + field.getName())) {
          undocumented.add(type.getSimpleName() + ": no @param " + field.getName());
        }
      }
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
      boolean inRecord = getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
      boolean constructor = method.getReturnType() == null;
      if (isVisible(method.getModifiers()) && !isOverride(method) && !(inRecord && constructor)) {
        requireComment(method.getName().toString());
      }
      return null;
    }

    @Override
    public @Nullable Void visitVariable(VariableTree field, @Nullable Void nothing) {
      Tree owner = getCurrentPath().getParentPath().getLeaf();
      if (owner.getKind() != Tree.Kind.ENUM && isVisible(field.getModifiers())) {
        requireComment(field.getName().toString());
      }
      return null;
    }

    private boolean isVisible(ModifiersTree modifiers) {
      Set<Modifier> flags = modifiers.getFlags();
      Tree owner = getCurrentPath().getParentPath().getLeaf();
      boolean ofInterface =
          owner.getKind() == Tree.Kind.INTERFACE && !flags.contains(Modifier.PRIVATE);
      return ofInterface || flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED);
    }

    private static boolean isOverride(MethodTree method) {
      return method.getModifiers().getAnnotations().stream()
          .anyMatch(annotation -> annotation.getAnnotationType().toString().equals("Override"));
    }

    private String requireComment(String name) {
      String comment = docs.getDocComment(getCurrentPath());
      if (comment == null || comment.isBlank()) {
        CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
        long start = docs.getSourcePositions().getStartPosition(unit, getCurrentPath().getLeaf());
        long line = unit.getLineMap().getLineNumber(start);
        undocumented.add(unit.getSourceFile().getName() + ":" + line + " " + name);
      }
      return comment == null ? "" : comment;
    }
  }
}
