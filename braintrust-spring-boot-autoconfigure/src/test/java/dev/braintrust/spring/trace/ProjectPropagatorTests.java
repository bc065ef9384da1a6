package dev.braintrust.spring.trace;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectSpan;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.trace.w3c.BaggageMembers;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.BaggageEntryMetadata;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests of {@link ProjectPropagator} with the cases on Braintrust's page about
 * distributed tracing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProjectPropagatorTests {

	private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

	private static final String SPAN_ID = "b7ad6b7169203331";

	private static final String TRACEPARENT = "00-" + TRACE_ID + "-" + SPAN_ID + "-03";

	private static final Pattern WELL_FORMED = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

	private static final Pattern BAGGAGE_OCTETS = Pattern
		.compile("[\\x21\\x23-\\x2B\\x2D-\\x3A\\x3C-\\x5B\\x5D-\\x7E]*");

	private ConfigurableApplicationContext context;

	private ProjectTracer tracer;

	@BeforeAll
	void start() {
		start("Support Agent");
	}

	private void start(String name) {
		stop();
		this.context = new SpringApplicationBuilder(BraintrustAutoConfiguration.class).web(WebApplicationType.NONE)
			.properties(Map.of("braintrust.api-url", "http://127.0.0.1:1", "braintrust.api-key", "sk-test",
					"braintrust.projects.support.name", name, "braintrust.projects.research.id", "r-1",
					"braintrust.export.shutdown-timeout", "1ms"))
			.run();
		this.tracer = this.context.getBean(BraintrustProjects.class).tracer("support");
	}

	@AfterAll
	void stop() {
		if (this.context != null) {
			this.context.close();
		}
	}

	@Test
	void currentSpanAndItsProjectAreInjectedInLowerCase() {
		ProjectSpan span = this.tracer.rootSpan("root").startSpan();
		Map<String, String> carrier = inject(Context.root().with(span), new LinkedHashMap<>());
		assertThat(carrier).containsOnlyKeys("traceparent", "baggage");
		assertThat(carrier.get("traceparent")).matches(WELL_FORMED)
			.contains(span.getSpanContext().getTraceId())
			.contains(span.getSpanContext().getSpanId());
		assertThat(carrier).containsEntry("baggage", "braintrust.parent=project_name:Support%20Agent");
	}

	@Test
	void membersOfTheContextAndOfTheCarrierArePreserved() {
		Baggage ambient = Baggage.builder()
			.put("tenant", "7 of 9", BaggageEntryMetadata.create("ttl=1"))
			.put("path", "ambient")
			.put("braintrust.parent", "project_id:elsewhere")
			.put("not a token", "x")
			.build();
		Context current = Context.root().with(this.tracer.rootSpan("root").startSpan()).with(ambient);
		Map<String, String> carrier = new LinkedHashMap<>(
				Map.of("baggage", "path=a%2Fb , path=c;x=%20y,braintrust.parent=project_id%3Aelsewhere"));
		assertThat(members(inject(current, carrier))).containsExactly("braintrust.parent=project_name:Support%20Agent",
				"path=a%2Fb", "path=c;x=%20y", "tenant=7%20of%209;ttl=1");
	}

	@Test
	void headersInAnotherCaseAreReplacedByOneInLowerCase() {
		Map<String, String> carrier = new LinkedHashMap<>(
				Map.of("Baggage", "a=1", "TraceParent", TRACEPARENT, "Tracestate", "other=1", "Accept", "text/plain"));
		inject(Context.root().with(this.tracer.rootSpan("root").startSpan()), carrier);
		assertThat(carrier).containsOnlyKeys("traceparent", "baggage", "Accept");
		assertThat(carrier.get("traceparent")).isNotEqualTo(TRACEPARENT);
		assertThat(members(carrier)).containsExactly("braintrust.parent=project_name:Support%20Agent", "a=1");
	}

	@Test
	void headersOfSeveralValuesAreReplacedToo() {
		Map<String, Object> carrier = new LinkedHashMap<>(Map.of("Baggage", List.of("a=1", "b=2")));
		this.tracer.propagator()
			.inject(Context.root().with(this.tracer.rootSpan("root").startSpan()), carrier, Map::put);
		assertThat(carrier).containsOnlyKeys("traceparent", "baggage")
			.containsEntry("baggage", "braintrust.parent=project_name:Support%20Agent,a=1,b=2");
	}

	@Test
	void nothingIsInjectedOrTakenAwayWithoutASpanOfTheProject() {
		ProjectTracer research = this.context.getBean(BraintrustProjects.class).tracer("research");
		Map<String, String> carrier = new LinkedHashMap<>(Map.of("Baggage", "a=1"));
		inject(Context.root().with(research.rootSpan("root").startSpan()), carrier);
		assertThat(carrier).containsExactly(Map.entry("Baggage", "a=1"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Caf\u00e9", "a,b c", "a;b=c", "\"quoted\" \\ back", "50 % + 1", "tab\there",
			"\ud83d\ude80", "plain-name_1.0~", "a=b", "%41" })
	void nameOfAProjectIsEncodedAndComesBackByteForByte(String name) {
		start(name);
		Map<String, String> carrier = inject(Context.root().with(this.tracer.rootSpan("root").startSpan()),
				new LinkedHashMap<>());
		assertThat(carrier.get("baggage")).startsWith("braintrust.parent=").matches(BAGGAGE_OCTETS);
		String value = carrier.get("baggage").substring("braintrust.parent=".length());
		assertThat(URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8))
			.isEqualTo("project_name:" + name);
		assertThat(URLDecoder.decode(value, StandardCharsets.UTF_8)).isEqualTo("project_name:" + name);
		start("Support Agent");
	}

	@Test
	void receivedTraceIsContinued() {
		ProjectSpan span = receive(Map.of("traceparent", TRACEPARENT, "baggage", "braintrust.parent=project_id:r-1"));
		assertThat(span.getSpanContext().getTraceId()).isEqualTo(TRACE_ID);
		assertThat(parentOf(span)).isEqualTo(SPAN_ID);
	}

	@ParameterizedTest
	@CsvSource({ "Traceparent,Tracestate,Baggage", "TRACEPARENT,TRACESTATE,BAGGAGE", "tRaceParent,traceState,bagGage" })
	void namesOfHeadersAreReadWhateverTheirCase(String traceparent, String tracestate, String baggage) {
		ProjectSpan span = receive(Map.of(traceparent, TRACEPARENT, tracestate, "vendor=1", baggage, "a=1"));
		assertThat(span.getSpanContext().getTraceId()).isEqualTo(TRACE_ID);
		Map<String, String> carrier = inject(Context.root().with(span), new LinkedHashMap<>());
		assertThat(carrier).containsEntry("tracestate", "vendor=1");
		assertThat(members(carrier)).contains("a=1");
	}

	@ParameterizedTest
	@NullAndEmptySource
	@ValueSource(strings = { "garbage", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
			"00-00000000000000000000000000000000-b7ad6b7169203331-01",
			"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
			"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
			"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra",
			"00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
			"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01,00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" })
	void whatIsNoTraceparentIsAFreshRoot(String traceparent) {
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("traceparent", traceparent);
		headers.put("baggage", "braintrust.parent=project_id:r-1");
		ProjectSpan span = receive(headers);
		assertThat(span.getSpanContext().isValid()).isTrue();
		assertThat(span.getSpanContext().getTraceId()).isNotEqualTo(TRACE_ID);
		assertThat(parentOf(span)).isEqualTo(SpanContext.getInvalid().getSpanId());
	}

	@Test
	void tracestateAndBaggageOfOthersAreHandedOnUnchangedByAllSpansBelow() {
		ProjectSpan span = receive(Map.of("traceparent", TRACEPARENT, "tracestate", "rojo=00f067,congo=t61rc",
				"baggage", "path=a%2Fb;p=%20, user=%E2%82%AC,braintrust.parent=project_id:r-1"));
		ProjectSpan below = this.tracer.taskSpan("below").setParent(Context.root().with(span)).startSpan();
		Map<String, String> carrier = inject(Context.root().with(below), new LinkedHashMap<>());
		assertThat(carrier).containsEntry("tracestate", "rojo=00f067,congo=t61rc");
		assertThat(members(carrier)).containsExactly("braintrust.parent=project_name:Support%20Agent",
				"path=a%2Fb;p=%20", "user=%E2%82%AC");
	}

	@Test
	void roundTripGivesTheSpanThatWasSent() {
		ProjectSpan sender = this.tracer.rootSpan("sender").startSpan();
		ProjectSpan receiver = receive(inject(Context.root().with(sender), new LinkedHashMap<>()));
		assertThat(receiver.getSpanContext().getTraceId()).isEqualTo(sender.getSpanContext().getTraceId());
		assertThat(parentOf(receiver)).isEqualTo(sender.getSpanContext().getSpanId());
	}

	@Test
	void sixtyFourMembersAreHandedOnAndNoMore() {
		assertThat(BaggageMembers.parse(numbered(64, "")).members()).hasSize(64);
		assertThat(BaggageMembers.parse(numbered(65, "")).members()).hasSize(64);
		List<String> relayed = relayed(numbered(100, ""));
		assertThat(relayed).hasSize(64)
			.startsWith("braintrust.parent=project_name:Support%20Agent", "k0=v")
			.endsWith("k62=v");
	}

	@Test
	void wholeMembersWithin8192BytesAreHandedOn() {
		String header = numbered(60, "x".repeat(200));
		List<String> relayed = relayed(header);
		assertThat(String.join(",", relayed)).hasSizeLessThanOrEqualTo(8192).hasSizeGreaterThan(8192 - 210);
		assertThat(relayed.subList(1, relayed.size()))
			.isEqualTo(List.of(header.split(",")).subList(0, relayed.size() - 1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\t=\t1", "a \t = \t 1", "a=1\t;\tp", "a=1 ;p = 2\t; q", "a=", "a=1=2", "a=%e2%82%ac",
			"!#$%&'*+-.^_`|~=!#$&'()*+-./:<=>?@[]^_`{|}~" })
	void memberOfTheGrammarIsHandedOnByteForByte(String member) {
		assertThat(relayed("first=1,\t" + member + "\t ,last=1"))
			.containsExactly("braintrust.parent=project_name:Support%20Agent", "first=1", member, "last=1");
	}

	@Test
	void severalHeadersAreReadEachAndBecomeOne() {
		List<String> headers = Arrays.asList("a=1,bad=%zz", null, "", "b\t=2", "=,c=3");
		Context sender = this.tracer.propagator()
			.extract(Context.root(), Map.of("traceparent", List.of(TRACEPARENT), "baggage", headers), new ListGetter());
		Map<String, Object> carrier = new LinkedHashMap<>(Map.of("Baggage", Arrays.asList("d=4,bad", null, "e=5")));
		this.tracer.propagator().inject(sender, carrier, Map::put);
		assertThat(carrier).containsEntry("baggage",
				"braintrust.parent=project_name:Support%20Agent,d=4,e=5,a=1,b\t=2,c=3");
	}

	@Test
	void limitsAreThoseOfAllHeadersTogether() {
		assertThat(BaggageMembers.parse(List.of(numbered(40, ""), numbered(40, ""))).members()).hasSize(64);
		assertThat(BaggageMembers.parse(List.of("a=" + "v".repeat(5000), "b=" + "v".repeat(5000), "c=1")).members())
			.hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "bad=%", "bad=%4", "bad=%zz", "bad=a b", "bad=\"quoted\"", "bad=back\\slash", "b d=1",
			"b(d)=1", "bad=1;", "bad=1;;p", "bad=1;p q", "bad=1;p=%x", "bad=\u20ac", "b\u00e4d=1", "bad=\u007f",
			"bad=1\tx" })
	void badMemberOfSomebodyElseCostsAReceiverNoOther(String bad) {
		List<String> relayed = relayed("first=1," + bad + ",last=1");
		assertThat(relayed).containsExactly("braintrust.parent=project_name:Support%20Agent", "first=1", "last=1");
		Baggage received = Baggage.fromContext(W3CBaggagePropagator.getInstance()
			.extract(Context.root(), Map.of("baggage", String.join(",", relayed)), new MapGetter()));
		assertThat(received.asMap()).containsOnlyKeys("braintrust.parent", "first", "last");
	}

	@Test
	void badPropertiesOfTheContextAreLeftOutAndTheMemberIsKept() {
		Baggage ambient = Baggage.builder().put("a", "1", BaggageEntryMetadata.create("p,q\n")).build();
		Context current = Context.root().with(this.tracer.rootSpan("root").startSpan()).with(ambient);
		assertThat(members(inject(current, new LinkedHashMap<>())))
			.containsExactly("braintrust.parent=project_name:Support%20Agent", "a=1");
	}

	@Test
	void memberThatFitsExactlyIsKeptAndOneByteMoreIsNot() {
		assertThat(BaggageMembers.parse("k=" + "v".repeat(8190)).members()).hasSize(1);
		assertThat(BaggageMembers.parse("k=" + "v".repeat(8191)).members()).isEmpty();
		assertThat(BaggageMembers.parse("a=1,k=" + "v".repeat(8186)).members()).hasSize(2);
		assertThat(BaggageMembers.parse("a=1,k=" + "v".repeat(8187)).members()).hasSize(1);
	}

	@Test
	void memberOfOursThatDoesNotFitIsLeftOut() {
		String header = BaggageMembers.parse("a=1").header("project_name:" + "x".repeat(8192));
		assertThat(header).isEqualTo("a=1");
	}

	@ParameterizedTest
	@ValueSource(strings = { ",,,", "=", "=v", "no member", "a=1\r\nInjected: 1", " ; ", "\u0000" })
	void invalidMembersAreLeftOutAndTheTraceIsContinued(String baggage) {
		ProjectSpan span = receive(Map.of("traceparent", TRACEPARENT, "baggage", baggage + ",good=1"));
		assertThat(span.getSpanContext().getTraceId()).isEqualTo(TRACE_ID);
		assertThat(members(inject(Context.root().with(span), new LinkedHashMap<>())))
			.containsExactly("braintrust.parent=project_name:Support%20Agent", "good=1");
	}

	@Test
	void absurdHeadersDoNoHarm() {
		ProjectSpan span = receive(Map.of("traceparent", TRACEPARENT, "tracestate", ",=,".repeat(1_000_000), "baggage",
				"k=" + "v".repeat(10_000_000)));
		assertThat(span.getSpanContext().getTraceId()).isEqualTo(TRACE_ID);
		assertThat(relayed(numbered(1_000_000, ""))).hasSize(64);
	}

	@Test
	void tracestateIsReadUpToTheLengthThatEveryPartyCarries() {
		String longest = "vendor=" + "v".repeat(250) + ",other=" + "o".repeat(248);
		assertThat(longest).hasSize(512);
		assertThat(inject(Context.root().with(receive(Map.of("traceparent", TRACEPARENT, "tracestate", longest))),
				new LinkedHashMap<>()))
			.containsEntry("tracestate", longest);
		ProjectSpan span = receive(Map.of("traceparent", TRACEPARENT, "tracestate", longest + "o"));
		assertThat(span.getSpanContext().getTraceId()).isEqualTo(TRACE_ID);
		assertThat(inject(Context.root().with(span), new LinkedHashMap<>())).doesNotContainKey("tracestate");
	}

	// Code with quadratic time would take hours here.
	@ParameterizedTest
	@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
	@ValueSource(strings = { "", "a=1", "a=1;p" })
	void timeToReadGrowsWithTheLengthOfTheHeadersAlone(String start) {
		for (String filling : List.of(" ", "\t", ", ", " ,", "%", "=", ";", "; ", "a", "a=", "\u00e9")) {
			String text = start + filling.repeat(1_000_000) + start;
			ProjectSpan span = receive(Map.of("traceparent", TRACEPARENT, "tracestate", text, "baggage", text));
			assertThat(span.getSpanContext().getTraceId()).isEqualTo(TRACE_ID);
			Map<String, String> carrier = new LinkedHashMap<>(
					Map.of("baggage", text, "Tracestate", text, "Traceparent", text));
			assertThat(inject(Context.root().with(span), carrier).get("baggage")).hasSizeLessThanOrEqualTo(8192);
			receive(Map.of("traceparent", text, "tracestate", text));
			receive(Map.of("traceparent", TRACEPARENT + "-" + text));
		}
	}

	@Test
	void carriersThatFailAreNotHeardOf() {
		Context current = Context.root().with(this.tracer.rootSpan("root").startSpan());
		assertThatCode(() -> {
			inject(current, Collections.unmodifiableMap(new LinkedHashMap<>(Map.of("Baggage", "a=1"))));
			this.tracer.propagator().inject(current, null, (carrier, name, value) -> {
				throw new IllegalStateException("no carrier");
			});
			this.tracer.propagator().inject(current, Map.of(), null);
			assertThat(this.tracer.propagator().extract(current, new Object(), new FailingGetter())).isSameAs(current);
			assertThat(this.tracer.propagator().extract(current, null, new FailingGetter())).isSameAs(current);
		}).doesNotThrowAnyException();
	}

	private Map<String, String> inject(Context context, Map<String, String> carrier) {
		this.tracer.propagator().inject(context, carrier, Map::put);
		return carrier;
	}

	private List<String> relayed(String baggage) {
		ProjectSpan span = receive(Map.of("traceparent", TRACEPARENT, "baggage", baggage));
		return members(inject(Context.root().with(span), new LinkedHashMap<>()));
	}

	private ProjectSpan receive(Map<String, String> headers) {
		Context sender = this.tracer.propagator().extract(Context.root(), headers, new MapGetter());
		return this.tracer.taskSpan("receive").setParent(sender).startSpan();
	}

	private static List<String> members(Map<String, String> carrier) {
		return Arrays.asList(carrier.get("baggage").split(","));
	}

	private static String numbered(int count, String value) {
		return IntStream.range(0, count).mapToObj((i) -> "k" + i + "=v" + value).collect(Collectors.joining(","));
	}

	private static String parentOf(ProjectSpan span) {
		return ((io.opentelemetry.sdk.trace.ReadableSpan) ((DefaultProjectSpan) span).delegate()).getParentSpanContext()
			.getSpanId();
	}

	/**
	 * Reads a map with case-sensitive names.
	 */
	private static final class MapGetter implements TextMapGetter<Map<String, String>> {

		@Override
		public Iterable<String> keys(Map<String, String> carrier) {
			return carrier.keySet();
		}

		@Override
		public String get(Map<String, String> carrier, String key) {
			return carrier.get(key);
		}

	}

	/**
	 * Reads headers with several values.
	 */
	private static final class ListGetter implements TextMapGetter<Map<String, List<String>>> {

		@Override
		public Iterable<String> keys(Map<String, List<String>> carrier) {
			return carrier.keySet();
		}

		@Override
		public String get(Map<String, List<String>> carrier, String key) {
			throw new IllegalStateException("one value alone");
		}

		@Override
		public Iterator<String> getAll(Map<String, List<String>> carrier, String key) {
			return carrier.getOrDefault(key, List.of()).iterator();
		}

	}

	/**
	 * Fails on each read.
	 */
	private static final class FailingGetter implements TextMapGetter<Object> {

		@Override
		public Iterable<String> keys(Object carrier) {
			throw new IllegalStateException("no keys");
		}

		@Override
		public String get(Object carrier, String key) {
			throw new IllegalStateException("no value");
		}

		@Override
		public Iterator<String> getAll(Object carrier, String key) {
			throw new IllegalStateException("no values");
		}

	}

}
