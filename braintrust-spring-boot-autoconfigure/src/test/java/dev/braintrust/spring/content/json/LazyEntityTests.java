package dev.braintrust.spring.content.json;

import java.util.function.Function;

import com.example.shop.Customer;
import com.example.shop.Purchase;
import dev.braintrust.spring.content.JsonBuffers;
import dev.braintrust.spring.settings.ProjectSettings.AttachmentsMode;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.hibernate.Hibernate;
import org.hibernate.SessionFactory;
import org.hibernate.stat.Statistics;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SpanJson} with an application's entities, managed by Hibernate on H2:
 * no lazy property is loaded, within or after a session.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LazyEntityTests {

	private final SpanJson json = new SpanJson(new JsonBuffers().valueMapper(), AttachmentsMode.BASE64);

	private ConfigurableApplicationContext context;

	private EntityManagerFactory entities;

	private Statistics statistics;

	@BeforeAll
	void start() {
		this.context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1",
					"spring.jpa.hibernate.ddl-auto=create", "spring.jpa.properties.hibernate.generate_statistics=true")
			.run();
		this.entities = this.context.getBean(EntityManagerFactory.class);
		this.statistics = this.entities.unwrap(SessionFactory.class).getStatistics();
		inSession((session) -> {
			Customer customer = new Customer("Ada");
			session.persist(customer);
			session.persist(new Purchase(customer, "pen"));
			return null;
		});
	}

	@AfterAll
	void stop() {
		this.context.close();
	}

	@BeforeEach
	void forget() {
		this.statistics.clear();
	}

	@Test
	void lazyReferenceIsNotLoadedAfterTheSession() {
		Purchase purchase = inSession((session) -> session.find(Purchase.class, 1L));
		assertThat(this.json.write(purchase))
			.isEqualTo("{\"customer\":\"[not loaded]\",\"article\":\"pen\",\"id\":1,\"tags\":\"[not loaded]\"}");
		assertThat(Hibernate.isInitialized(purchase.getCustomer())).isFalse();
	}

	@Test
	void lazyReferencesAndCollectionsAreNotLoadedWithinTheSession() {
		inSession((session) -> {
			Purchase purchase = session.find(Purchase.class, 1L);
			long before = this.statistics.getPrepareStatementCount();
			assertThat(before).isPositive();
			assertThat(this.json.write(purchase)).contains("\"customer\":\"[not loaded]\"");
			assertThat(this.json.write(purchase.getCustomer())).isEqualTo("\"[not loaded]\"");
			assertThat(this.json.write(purchase.getTags())).isEqualTo("\"[not loaded]\"");
			assertThat(this.statistics.getPrepareStatementCount()).isEqualTo(before);
			return null;
		});
	}

	@Test
	void loadedReferenceIsWrittenAndItsWayBackIsACycle() {
		Purchase purchase = inSession((session) -> {
			Purchase found = session.find(Purchase.class, 1L);
			Hibernate.initialize(found.getCustomer());
			Hibernate.initialize(found.getCustomer().getPurchases());
			return found;
		});
		long before = this.statistics.getPrepareStatementCount();
		assertThat(purchase.getCustomer().getClass()).isNotEqualTo(Customer.class);
		assertThat(this.json.write(purchase)).isEqualTo("{\"customer\":{\"name\":\"Ada\",\"id\":1,"
				+ "\"purchases\":[\"[cycle]\"]},\"article\":\"pen\",\"id\":1,\"tags\":\"[not loaded]\"}");
		assertThat(this.statistics.getPrepareStatementCount()).isEqualTo(before);
	}

	@Test
	void lazyCollectionIsNotLoadedAfterTheSession() {
		Customer customer = inSession((session) -> session.find(Customer.class, 1L));
		assertThat(this.json.write(customer)).isEqualTo("{\"name\":\"Ada\",\"id\":1,\"purchases\":\"[not loaded]\"}");
	}

	private <T> T inSession(Function<EntityManager, T> work) {
		try (EntityManager session = this.entities.createEntityManager()) {
			session.getTransaction().begin();
			T result = work.apply(session);
			session.getTransaction().commit();
			return result;
		}
	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackageClasses = Customer.class)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, TransactionAutoConfiguration.class,
			HibernateJpaAutoConfiguration.class })
	static class Application {

	}

}
