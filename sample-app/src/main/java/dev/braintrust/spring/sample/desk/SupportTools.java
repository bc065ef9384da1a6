package dev.braintrust.spring.sample.desk;

import org.springframework.ai.tool.annotation.Tool;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The tools of the support agent: look up orders in the database, and ask the other
 * agent.
 */
@Component
class SupportTools {

	private final JdbcClient database;

	private final ResearchAgent research;

	SupportTools(JdbcClient database, ResearchAgent research) {
		this.database = database;
		this.research = research;
	}

	@Tool(description = "Looks up an order by its number")
	Order lookUpOrder(long number) {
		return this.database.sql("select number, item, status from orders where number = ?")
			.param(number)
			.query(Order.class)
			.optional()
			.orElseThrow(() -> new IllegalArgumentException("There is no order " + number));
	}

	@Tool(description = "Asks the product research department a question about a product")
	String askResearch(String question) {
		return this.research.answer(question);
	}

	/**
	 * An order as the agent sees it.
	 *
	 * @param number the number of the order
	 * @param item the ordered item
	 * @param status its delivery status
	 */
	record Order(long number, String item, String status) {
	}

}
