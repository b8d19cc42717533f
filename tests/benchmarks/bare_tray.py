"""The floor: the least program that shows a tray icon with PySide6."""

import sys

from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

app = QApplication(sys.argv[:1])
# By QColor alone: one look into the name space `Qt` would cost this program 15 ms.
pixmap = QPixmap(22, 22)
pixmap.fill(QColor(0, 0, 0, 0))
painter = QPainter(pixmap)
painter.setPen(QColor("#1B1F24"))
painter.drawEllipse(3, 3, 16, 16)
painter.end()
icon = QSystemTrayIcon(QIcon(pixmap))
icon.show()
sys.exit(app.exec())
