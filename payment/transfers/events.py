"""From a transfer to the event that tells of it."""

from payment.transfers.models import Transfer
from servicekit.contracts import CloudEvent, TransferCompleted
from servicekit.money import format_amount


def transfer_completed(transfer: Transfer) -> CloudEvent[TransferCompleted]:
    data = TransferCompleted(
        transfer_id=transfer.id,
        sender_user_id=transfer.sender_user_id,
        receiver_user_id=transfer.receiver_user_id,
        amount=format_amount(transfer.amount_minor, transfer.currency),
        currency=transfer.currency,
        ledger_transaction_id=transfer.id,
    )
    return CloudEvent[TransferCompleted].of(data)
