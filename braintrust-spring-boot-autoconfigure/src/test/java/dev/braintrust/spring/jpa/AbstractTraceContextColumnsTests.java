package dev.braintrust.spring.jpa;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

import com.example.conversations.Conversation;
import com.example.conversations.Conversations;
import com.example.conversations.Handover;
import com.example.conversations.Ticket;
import dev.braintrust.spring.BraintrustProjects;
import dev.braintrust.spring.ProjectTracer;
import dev.braintrust.spring.StoredTraceContext;
import dev.braintrust.spring.autoconfigure.BraintrustAutoConfiguration;
import dev.braintrust.spring.support.OtlpReceiver;
import dev.braintrust.spring.support.ReceivedSpan;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.OptimisticLockException;
import org.hibernate.SessionFactory;
import org.hibernate.stat.Statistics;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of {@link TraceContextColumns} in an application's entities, whose packages do
 * not contain the embeddable, with Hibernate as Boot configures it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AbstractTraceContextColumnsTests {

	private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03";

	private static final String TRACESTATE = "vendor=1";

	private static final Duration TIMEOUT = Duration.ofMinutes(1);

	private final OtlpReceiver receiver = new OtlpReceiver();

	private ConfigurableApplicationContext context;

	private EntityManagerFactory entities;

	private JdbcTemplate jdbc;

	/**
	 * The URL of an empty database.
	 */
	abstract String databaseUrl() throws Exception;

	@BeforeAll
	void start() throws Exception {
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + databaseUrl(), "spring.jpa.hibernate.ddl-auto=create",
					"spring.jpa.properties.hibernate.generate_statistics=true",
					"braintrust.api-url=" + this.receiver.url(), "braintrust.api-key=sk-test",
					"braintrust.projects.support.name=Support Agent")
			.run();
		this.entities = this.context.getBean(EntityManagerFactory.class);
		this.jdbc = this.context.getBean(JdbcTemplate.class);
	}

	@AfterAll
	void stop() throws Exception {
		this.context.close();
		this.receiver.close();
	}

	@Test
	void columnsHaveTheLengthsOfTheSpecificationAndMayBeNull() {
		assertThat(column("conversation", "traceparent")).isEqualTo("character varying(55), nullable YES");
		assertThat(column("conversation", "tracestate")).isEqualTo("character varying(512), nullable YES");
		assertThat(column("ticket", "traceparent")).isEqualTo("character varying(55), nullable YES");
		assertThat(column("ticket", "tracestate")).isEqualTo("character varying(512), nullable YES");
	}

	@Test
	void columnsThatAreOverriddenHaveTheLengthOfTheOverrideAlone() {
		assertThat(column("handover", "support_traceparent")).isEqualTo("character varying(55), nullable YES");
		assertThat(column("handover", "support_tracestate")).isEqualTo("character varying(512), nullable YES");
		assertThat(column("handover", "research_traceparent")).isEqualTo("character varying(255), nullable YES");
		assertThat(column("handover", "research_tracestate")).isEqualTo("character varying(255), nullable YES");
	}

	@Test
	void contextThatIsStoredIsLoaded() {
		Long id = save(new Conversation("stored"),
				(conversation) -> conversation.getTrace().store(TRACEPARENT, TRACESTATE));
		assertThat(columns("conversation", id)).containsEntry("traceparent", TRACEPARENT)
			.containsEntry("tracestate", TRACESTATE);
		Conversation loaded = find(Conversation.class, id);
		assertThat(loaded.getTrace().traceparent()).isEqualTo(TRACEPARENT);
		assertThat(loaded.getTrace().tracestate()).isEqualTo(TRACESTATE);
	}

	@Test
	void contextWithoutTracestateIsLoaded() {
		Long id = save(new Conversation("half"), (conversation) -> conversation.getTrace().store(TRACEPARENT, null));
		assertThat(columns("conversation", id)).containsEntry("tracestate", null);
		assertThat(find(Conversation.class, id).getTrace().traceparent()).isEqualTo(TRACEPARENT);
		assertThat(find(Conversation.class, id).getTrace().tracestate()).isNull();
	}

	@Test
	void emptyContextIsNullInTheDatabaseAndAnObjectAfterALoad() {
		Long id = save(new Conversation("empty"), (conversation) -> {
		});
		assertThat(columns("conversation", id)).containsEntry("traceparent", null).containsEntry("tracestate", null);
		Conversation loaded = find(Conversation.class, id);
		assertThat(loaded.getTrace()).isNotNull().isEqualTo(new TraceContextColumns());
		assertThat(loaded.getTrace().traceparent()).isNull();
		assertThat(loaded.getTrace().tracestate()).isNull();
	}

	@Test
	void emptyContextIsAnObjectAfterAQueryARefreshAndAProjection() {
		Long id = save(new Conversation("queried"), (conversation) -> {
		});
		inTransaction((manager) -> {
			Conversation queried = manager
				.createQuery("select c from Conversation c where c.id = :id", Conversation.class)
				.setParameter("id", id)
				.getSingleResult();
			assertThat(queried.getTrace()).isNotNull();
			manager.refresh(queried);
			assertThat(queried.getTrace()).isNotNull();
			assertThat(manager
				.createQuery("select c.trace from Conversation c where c.id = :id", TraceContextColumns.class)
				.setParameter("id", id)
				.getSingleResult()).isEqualTo(new TraceContextColumns());
			return null;
		});
	}

	@Test
	void contextCanBeAskedForInQueries() {
		Long id = save(new Conversation("asked for"),
				(conversation) -> conversation.getTrace().store(TRACEPARENT, TRACESTATE));
		Long empty = save(new Conversation("not asked for"), (conversation) -> {
		});
		inTransaction((manager) -> {
			assertThat(
					manager.createQuery("select c.trace.tracestate from Conversation c where c.id = :id", String.class)
						.setParameter("id", id)
						.getSingleResult())
				.isEqualTo(TRACESTATE);
			assertThat(manager
				.createQuery("select c.id from Conversation c where c.trace.traceparent = :traceparent", Long.class)
				.setParameter("traceparent", TRACEPARENT)
				.getResultList()).contains(id).doesNotContain(empty);
			assertThat(
					manager.createQuery("select c.id from Conversation c where c.trace.traceparent is null", Long.class)
						.getResultList())
				.contains(empty)
				.doesNotContain(id);
			return null;
		});
	}

	@Test
	void rowThatIsOlderThanItsColumnsIsAnEmptyContext() {
		this.jdbc.update("insert into conversation (id, version, title) values (-1, 0, 'old')");
		assertThat(find(Conversation.class, -1L).getTrace()).isEqualTo(new TraceContextColumns());
	}

	@Test
	void entityWithAnnotatedGettersWorksToo() {
		Long empty = save(new Ticket(), (ticket) -> {
		});
		assertThat(find(Ticket.class, empty).getTrace()).isEqualTo(new TraceContextColumns());
		inTransaction((manager) -> {
			manager.find(Ticket.class, empty).getTrace().store(TRACEPARENT, TRACESTATE);
			return null;
		});
		assertThat(columns("ticket", empty)).containsEntry("traceparent", TRACEPARENT)
			.containsEntry("tracestate", TRACESTATE);
	}

	@Test
	void twoContextsOfOneEntityAreApart() {
		Long id = save(new Handover(), (handover) -> handover.getSupport().store(TRACEPARENT, TRACESTATE));
		assertThat(columns("handover", id)).containsEntry("support_traceparent", TRACEPARENT)
			.containsEntry("support_tracestate", TRACESTATE)
			.containsEntry("research_traceparent", null)
			.containsEntry("research_tracestate", null);
		Handover loaded = find(Handover.class, id);
		assertThat(loaded.getSupport().traceparent()).isEqualTo(TRACEPARENT);
		assertThat(loaded.getResearch()).isEqualTo(new TraceContextColumns());
	}

	@Test
	void contextStoredInAManagedEntityIsWrittenAtTheCommit() {
		Long id = save(new Conversation("managed"), (conversation) -> {
		});
		Statistics statistics = statistics();
		inTransaction((manager) -> {
			manager.find(Conversation.class, id).getTrace().store(TRACEPARENT, null);
			return null;
		});
		assertThat(statistics.getEntityUpdateCount()).isEqualTo(1);
		assertThat(columns("conversation", id)).containsEntry("traceparent", TRACEPARENT).containsEntry("version", 1);
	}

	@Test
	void contextThatIsNotTouchedIsNotWritten() {
		Long empty = save(new Conversation("untouched"), (conversation) -> {
		});
		Long stored = save(new Conversation("untouched"),
				(conversation) -> conversation.getTrace().store(TRACEPARENT, null));
		Statistics statistics = statistics();
		inTransaction((manager) -> {
			assertThat(manager.find(Conversation.class, empty).getTrace().traceparent()).isNull();
			assertThat(manager.find(Conversation.class, stored).getTrace().traceparent()).isEqualTo(TRACEPARENT);
			return null;
		});
		assertThat(statistics.getEntityLoadCount()).isEqualTo(2);
		assertThat(statistics.getEntityUpdateCount()).isZero();
		assertThat(columns("conversation", empty)).containsEntry("version", 0);
		assertThat(columns("conversation", stored)).containsEntry("version", 0);
	}

	@Test
	void contextOfADetachedEntityIsMerged() {
		Conversation detached = find(Conversation.class, save(new Conversation("detached"), (conversation) -> {
		}));
		detached.getTrace().store(TRACEPARENT, TRACESTATE);
		Conversation merged = inTransaction((manager) -> manager.merge(detached));
		assertThat(merged.getTrace()).isEqualTo(detached.getTrace());
		assertThat(columns("conversation", detached.getId())).containsEntry("traceparent", TRACEPARENT)
			.containsEntry("tracestate", TRACESTATE);
	}

	@Test
	void mergeOfAnEntityThatDidNotChangeWritesNothing() {
		Conversation detached = find(Conversation.class, save(new Conversation("merged"), (conversation) -> {
		}));
		Statistics statistics = statistics();
		inTransaction((manager) -> manager.merge(detached));
		assertThat(statistics.getEntityUpdateCount()).isZero();
	}

	@Test
	void conversationOfThreeTransactionsIsOneTrace() {
		Long id = save(new Conversation("three turns"), (conversation) -> {
		});
		for (int turn = 1; turn <= 3; turn++) {
			answer(Conversation.class, id, Conversation::getTrace, "three turns " + turn);
		}
		List<ReceivedSpan> spans = spans("three turns");
		assertThat(spans).hasSize(3);
		assertThat(spans.get(0).isRoot()).isTrue();
		assertThat(spans.get(1).isChildOf(spans.get(0))).isTrue();
		assertThat(spans.get(2).isChildOf(spans.get(0))).isTrue();
		assertThat(columns("conversation", id).get("traceparent").toString())
			.startsWith("00-" + spans.get(0).traceId() + "-" + spans.get(0).spanId() + "-");
		assertThat(columns("conversation", id)).containsEntry("version", 1);
	}

	@Test
	void turnWhoseTransactionIsRolledBackLeavesNoContext() {
		Long id = save(new Conversation("rolled back"), (conversation) -> {
		});
		try (EntityManager manager = this.entities.createEntityManager()) {
			manager.getTransaction().begin();
			tracer().inTrace(manager.find(Conversation.class, id).getTrace(), "rolled back 1").run((span) -> {
			});
			manager.getTransaction().rollback();
		}
		answer(Conversation.class, id, Conversation::getTrace, "rolled back 2");
		assertThat(spans("rolled back")).hasSize(2).allMatch(ReceivedSpan::isRoot);
	}

	@Test
	void valuesThatAreNoContextStartANewTrace() {
		Long id = save(new Handover(), (handover) -> {
		});
		String update = "update handover set research_traceparent = ?, research_tracestate = ? where id = ?";
		List<String> values = List.of("garbage", "", TRACEPARENT.repeat(4), TRACEPARENT.replace("00-", "ff-"),
				TRACEPARENT.substring(1));
		for (String value : values) {
			this.jdbc.update(update, value, "=,;=" + value, id);
			answer(Handover.class, id, Handover::getResearch, "no context");
			assertThat(columns("handover", id).get("research_traceparent").toString()).hasSize(55)
				.isNotEqualTo(TRACEPARENT);
		}
		assertThat(spans("no context")).hasSize(values.size()).allMatch(ReceivedSpan::isRoot);
	}

	@Test
	void tracestateThatIsNoneDoesNoHarm() {
		Long id = save(new Handover(), (handover) -> {
		});
		this.jdbc.update("update handover set research_traceparent = ?, research_tracestate = ? where id = ?",
				TRACEPARENT, "=,;=" + "x".repeat(200), id);
		answer(Handover.class, id, Handover::getResearch, "no tracestate");
		assertThat(spans("no tracestate")).singleElement()
			.satisfies((span) -> assertThat(TRACEPARENT).contains(span.traceId() + "-" + span.parentSpanId()));
	}

	@Test
	void ofTwoFirstTurnsAtOnceOneWinsAndTheOtherContinuesItsTraceWhenItIsRepeated() {
		Long id = save(new Conversation("at once"), (conversation) -> {
		});
		try (EntityManager loser = this.entities.createEntityManager()) {
			loser.getTransaction().begin();
			Conversation conversation = loser.find(Conversation.class, id);
			answer(Conversation.class, id, Conversation::getTrace, "at once winner");
			tracer().inTrace(conversation.getTrace(), "at once loser").run((span) -> {
			});
			assertThatThrownBy(loser.getTransaction()::commit).hasCauseInstanceOf(OptimisticLockException.class)
				.satisfies((ex) -> assertThat(columns("conversation", id)).containsEntry("version", 1));
		}
		answer(Conversation.class, id, Conversation::getTrace, "at once loser again");
		List<ReceivedSpan> spans = spans("at once");
		assertThat(spans).extracting(ReceivedSpan::name)
			.containsExactly("at once winner", "at once loser", "at once loser again");
		assertThat(spans.get(0).isRoot()).isTrue();
		assertThat(spans.get(1).isRoot()).isTrue();
		assertThat(spans.get(2).isChildOf(spans.get(0))).isTrue();
	}

	@Test
	void twoFirstTurnsAtOnceWithoutAVersionAreOneTraceByTheIdOfTheConversation() {
		Long id = save(new Ticket(), (ticket) -> {
		});
		try (EntityManager other = this.entities.createEntityManager()) {
			other.getTransaction().begin();
			Ticket ticket = other.find(Ticket.class, id);
			inTransaction((manager) -> tracer()
				.inTrace(manager.find(Ticket.class, id).getTrace(), "ticket " + id, "no version")
				.call((span) -> id));
			tracer().inTrace(ticket.getTrace(), "ticket " + id, "no version").run((span) -> {
			});
			other.getTransaction().commit();
		}
		answer(Ticket.class, id, Ticket::getTrace, "no version");
		List<ReceivedSpan> spans = spans("no version");
		assertThat(spans).hasSize(3)
			.extracting(ReceivedSpan::parentSpanId)
			.doesNotContain("")
			.containsOnly(spans.get(0).parentSpanId());
		assertThat(spans).extracting(ReceivedSpan::traceId).containsOnly(spans.get(0).traceId());
		assertThat(columns("ticket", id).get("traceparent").toString())
			.isEqualTo("00-" + spans.get(0).traceId() + "-" + spans.get(0).parentSpanId() + "-03");
	}

	@Test
	void contextOfALazyReferenceIsStoredAndContinued() {
		Long id = save(new Conversation("lazy"), (conversation) -> {
		});
		for (int turn = 1; turn <= 2; turn++) {
			inTransaction((manager) -> {
				Conversation lazy = manager.getReference(Conversation.class, id);
				assertThat(this.entities.getPersistenceUnitUtil().isLoaded(lazy)).isFalse();
				return tracer().inTrace(lazy.getTrace(), "lazy").call((span) -> id);
			});
		}
		List<ReceivedSpan> spans = spans("lazy");
		assertThat(spans.get(1).isChildOf(spans.get(0))).isTrue();
	}

	@Test
	void contextOfALazyReferenceThatIsReadTooLateIsATurnOfItsOwn() {
		Long id = save(new Conversation("too late"), (conversation) -> {
		});
		Conversation lazy = inTransaction((manager) -> manager.getReference(Conversation.class, id));
		StoredTraceContext late = new StoredTraceContext() {

			@Override
			public String traceparent() {
				return lazy.getTrace().traceparent();
			}

			@Override
			public String tracestate() {
				return lazy.getTrace().tracestate();
			}

			@Override
			public void store(String traceparent, String tracestate) {
				lazy.getTrace().store(traceparent, tracestate);
			}

		};
		assertThat(tracer().inTrace(late, "too late").call((span) -> "42").toString()).isEqualTo("42");
		assertThat(spans("too late")).singleElement().matches(ReceivedSpan::isRoot);
	}

	@Test
	void projectionsOfSpringDataHaveTheContext() {
		Conversations conversations = this.context.getBean(Conversations.class);
		Long id = conversations.save(new Conversation("projected")).getId();
		assertThat(conversations.findById(id).orElseThrow().getTrace()).isEqualTo(new TraceContextColumns());
		assertThat(conversations.findTraceById(id).getTrace()).isEqualTo(new TraceContextColumns());
		assertThat(conversations.findRowById(id).trace()).isEqualTo(new TraceContextColumns());
		answer(Conversation.class, id, Conversation::getTrace, "projected");
		String traceparent = columns("conversation", id).get("traceparent").toString();
		assertThat(conversations.findTraceById(id).getTrace().traceparent()).isEqualTo(traceparent);
		assertThat(conversations.findRowById(id).trace().traceparent()).isEqualTo(traceparent);
		tracer().inTrace(conversations.findRowById(id).trace(), "projected").run((span) -> {
		});
		List<ReceivedSpan> spans = spans("projected");
		assertThat(spans.get(1).isChildOf(spans.get(0))).isTrue();
	}

	private <T> void answer(Class<T> type, Long id, Function<T, TraceContextColumns> trace, String name) {
		inTransaction((manager) -> tracer().inTrace(trace.apply(manager.find(type, id)), name).call((span) -> id));
	}

	private ProjectTracer tracer() {
		return this.context.getBean(BraintrustProjects.class).tracer("support");
	}

	private List<ReceivedSpan> spans(String prefix) {
		assertThat(this.context.getBean(BraintrustProjects.class).flush(TIMEOUT)).isTrue();
		return this.receiver.spans().stream().filter((span) -> span.name().startsWith(prefix)).toList();
	}

	private <T> Long save(T entity, Consumer<T> change) {
		return inTransaction((manager) -> {
			change.accept(entity);
			manager.persist(entity);
			manager.flush();
			return (Long) this.entities.getPersistenceUnitUtil().getIdentifier(entity);
		});
	}

	private <T> T find(Class<T> type, Long id) {
		return inTransaction((manager) -> manager.find(type, id));
	}

	private <T> T inTransaction(Function<EntityManager, T> work) {
		try (EntityManager manager = this.entities.createEntityManager()) {
			manager.getTransaction().begin();
			T result = work.apply(manager);
			manager.getTransaction().commit();
			return result;
		}
	}

	private Statistics statistics() {
		Statistics statistics = this.entities.unwrap(SessionFactory.class).getStatistics();
		statistics.clear();
		return statistics;
	}

	private Map<String, Object> columns(String table, Long id) {
		return this.jdbc.queryForMap("select * from " + table + " where id = ?", id);
	}

	private String column(String table, String name) {
		return this.jdbc.queryForObject(
				"select lower(data_type) || '(' || character_maximum_length || '), nullable ' || is_nullable "
						+ "from information_schema.columns where lower(table_name) = ? and lower(column_name) = ?",
				String.class, table, name);
	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackageClasses = Conversation.class)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
			TransactionAutoConfiguration.class, HibernateJpaAutoConfiguration.class,
			DataJpaRepositoriesAutoConfiguration.class, BraintrustAutoConfiguration.class })
	static class Application {

	}

}
