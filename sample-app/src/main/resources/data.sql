insert into orders (number, item, status) values
	(4711, 'Aurora desk lamp in blue', 'shipped, arrives on Thursday'),
	(4712, 'Nimbus floor lamp', 'being packed')
on conflict do nothing;
