package io.luhproc.daemon.page;

import static io.luhproc.daemon.page.StubbedStatus.array;
import static io.luhproc.daemon.page.StubbedStatus.node;
import static io.luhproc.daemon.page.StubbedStatus.process;
import static io.luhproc.daemon.page.StubbedStatus.service;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The graph of dependencies, for services of a stubbed status. */
@Tag("process")
class PageGraphProcessTest extends PageFixture {
  private void show(Map<String, String> nodes) throws IOException {
    open("");
    List<String> names = nodes.keySet().stream().sorted().toList();
    answer(names, "running");
    tab.answer(
        "/tree?format=json", array(names.stream().map(it -> node(it, nodes.get(it))).toList()));
    showPage();
    tab.waitFor("document.querySelectorAll('.rows .row').length === " + names.size());
    tab.eval("location.hash = '#/graph'");
    tab.waitFor("document.querySelectorAll('.node').length === " + names.size());
  }

  private void answer(List<String> names, String state) {
    tab.answer(
        "/status",
        array(names.stream().map(it -> service(it, state, "", process(it, state, ""))).toList()));
  }

  private static String link(String name) {
    return ".node[href='#/graph/" + name + "']";
  }

  /** Returns a coordinate of the place of a service. */
  private int place(String name, String axis) {
    return ((Number)
            tab.eval(
                "Math.round(document.querySelector(\"%s\").transform.baseVal[0].matrix.%s)"
                    .formatted(link(name), axis)))
        .intValue();
  }

  @Test
  void eachPairHasItsStrongestKindAndOnlyOrderMakesLayers() throws IOException {
    show(
        Map.of(
            "a", "",
            "b", ",'requires':['a'],'after':['a'],'wants':['a']",
            "c", ",'wants':['b']",
            "d", ",'after':['c']",
            "e", ",'conflicts':['d'],'requires':['missing']"));

    assertThat(
            tab.eval(
                "[...document.querySelectorAll('.edge')].map((it) => it.classList[1]"
                    + " + it.hasAttribute('marker-end')).join()"))
        .isEqualTo("requirestrue,wantstrue,aftertrue,conflictsfalse");
    assertThat(place("a", "e")).isEqualTo(place("c", "e"));
    assertThat(place("b", "e")).isEqualTo(place("d", "e")).isGreaterThan(place("a", "e"));
    assertThat(tab.eval("document.getElementById('graph-help').hidden")).isEqualTo(false);
  }

  @Test
  void edgeOverLayersPassesBetweenTheirNodes() throws IOException {
    show(
        Map.of(
            "a", "",
            "b", ",'requires':['a']",
            "c", ",'requires':['a','b']"));

    // A bend is a horizontal piece in the layer of b, at another height than b.
    String bends =
        "[...document.querySelectorAll('.edge')].map((it) => it.getAttribute('d'))"
            + ".filter((d) => d.includes('H')).length";
    assertThat(tab.eval(bends)).isEqualTo(1);
    assertThat(place("c", "e") - place("b", "e")).isEqualTo(place("b", "e") - place("a", "e"));
  }

  @Test
  void layersAreOrderedSoThatEdgesDoNotCross() throws IOException {
    show(
        Map.of(
            "a1", "",
            "a2", "",
            "b1", ",'requires':['a2']",
            "b2", ",'requires':['a1']"));

    assertThat(place("a1", "f") < place("a2", "f")).isEqualTo(place("b2", "f") < place("b1", "f"));
  }

  @Test
  void focusedNodeLightsItsEdgesAndNeighboursOnly() throws IOException {
    show(Map.of("a", "", "b", ",'requires':['a']", "c", ",'requires':['b']", "d", ""));

    tab.eval("document.querySelector(\"" + link("a") + "\").focus()");

    assertThat(
            tab.eval(
                "[...document.querySelectorAll('.node.lit')].map((it) => it.textContent).join()"))
        .isEqualTo("aarunning,bbrunning");
    assertThat(tab.count(".edge.lit")).isEqualTo(1);
    assertThat(tab.count("#graph-box.lit")).isEqualTo(1);
    tab.eval("document.activeElement.blur()");
    assertThat(tab.count(".lit")).isZero();
  }

  @Test
  void stateChangesInPlaceAndIsReadAloud() throws IOException {
    String name = "name-of-more-than-nineteen-letters";
    show(Map.of(name, ""));
    assertThat(tab.eval("document.getElementById('graph-help').hidden")).isEqualTo(true);
    assertThat(tab.text(".node-name")).isEqualTo("name-of-more-than-…");
    assertThat(tab.text(".node title")).isEqualTo(name);
    tab.eval("document.querySelector('.node').isOld = true");

    answer(List.of(name), "failed");
    tab.eval("document.dispatchEvent(new Event('visibilitychange'))");

    tab.waitFor("document.querySelector('.node').dataset.state === 'failed'");
    assertThat(tab.text(".node-state")).isEqualTo("failed");
    assertThat(tab.eval("document.querySelector('.node').getAttribute('aria-label')"))
        .isEqualTo(name + ", failed");
    assertThat(tab.eval("document.querySelector('.node').isOld")).isEqualTo(true);
  }
}
