"""Runs the shop natively: a private PostgreSQL and RabbitMQ in a folder, and the processes of the Procfile.

`make up` and the tests both use `Shop`; tests of one service use `Servers`. The container way is docker-compose.yml.
"""
